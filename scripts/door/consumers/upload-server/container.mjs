// The Dockerfile without a container: each stage is a folder, each line is carried out in it, and the server runs with nothing but
// what the last stage has, as a user who may write nothing. With DOCCLF_IMAGE, the root of a Linux that has Node (debootstrap and
// a copy of Node make one), each stage is a copy of it, and what runs in it sees nothing else; that takes root's rights.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectLabel, makeGallery, withServer } from './serving.mjs';

const nobody = 65534;
const { DOCCLF_IMAGE: image, npm_config_registry, NODE_EXTRA_CA_CERTS: certificates } = process.env;

await makeGallery();
const left = readFileSync('.dockerignore', 'utf8').split('\n').filter(Boolean);
const stages = [];
const last = () => stages.at(-1);

/** What reaches the registry from within an image. */
const network = Object.entries({
  '/etc/hosts': '/etc/hosts',
  '/etc/resolv.conf': '/etc/resolv.conf',
  '/etc/certificates.pem': certificates,
});
const inside = { HOME: '/root', ...(certificates && { NODE_EXTRA_CA_CERTS: '/etc/certificates.pem' }) };

/** In the image and nowhere else, by the rights of `user`. Each word becomes the next without a process between: signals arrive. */
function enclosed(command, user = 0) {
  const { folder, path } = last();
  const mounted = 'mount -t proc proc "$0/proc" && exec chroot "$@"';
  const here = 'cd "$0" && exec "$@"';
  const chroot = [`--userspec=${user}:${user}`, folder, 'sh', '-c', here, path];
  return ['unshare', '--mount', 'sh', '-c', mounted, folder, ...chroot, ...command];
}

function runInStage(words, env) {
  const [command, ...args] = image ? enclosed(words) : words;
  return execFileSync(command, args, { cwd: last().work, env, encoding: 'utf8' });
}

/** By the first word of the line. What is not here is not understood, and the check fails. */
const lines = {
  FROM(base) {
    const [, name] = / AS (\w+)$/.exec(base) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'docclf-stage-'));
    if (image) {
      execFileSync('cp', ['--archive', `${image}/.`, folder]);
      for (const [file, from] of network) if (from) copyFileSync(from, join(folder, file));
    }
    chmodSync(folder, 0o755);
    stages.push({
      name,
      folder,
      env: { PATH: image ? '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' : process.env.PATH },
    });
  },
  ENV(assignment) {
    const [name, value] = assignment.split('=');
    last().env[name] = value;
  },
  WORKDIR(path) {
    last().path = path;
    last().work = join(last().folder, path);
    mkdirSync(last().work, { recursive: true });
  },
  COPY(words) {
    const [, stage, from, to] = /^(?:--from=(\w+) )?(\S+) (\S+)$/.exec(words);
    const root = stage ? stages.find(({ name }) => name === stage).folder : '.';
    const filter = (file) => stage !== undefined || !left.includes(file);
    // Links stay as they are written: an absolute one would lead out of the image.
    cpSync(join(root, from), join(last().work, to === './' ? from : to), {
      recursive: true,
      verbatimSymlinks: true,
      filter,
    });
  },
  RUN(command) {
    const { npm_config_cache, HOME } = process.env;
    const outside = { HOME, ...(npm_config_cache && { npm_config_cache }) };
    const env = { ...last().env, npm_config_registry, ...(image ? inside : outside) };
    console.log(`RUN ${command}\n${runInStage(['sh', '-c', command], env)}`);
  },
  USER() {
    last().asNobody = true;
  },
  EXPOSE() {},
  CMD(words) {
    last().command = JSON.parse(words);
  },
};

for (const line of readFileSync('Dockerfile', 'utf8').split('\n')) {
  if (line === '' || line.startsWith('#')) continue;
  const [, word, rest] = /^(\w+) (.*)$/.exec(line);
  lines[word](rest);
}
const { work: cwd, env, command, asNobody } = last();
const user = asNobody && process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
const exitCode = image
  ? await withServer(enclosed(command, asNobody ? nobody : 0), { env }, expectLabel)
  : await withServer(command, { cwd, env, ...user }, expectLabel);
if (exitCode !== 0) throw new Error(`The server ended with ${exitCode}`);
console.log(`It answers${user.uid ? ', as a user without rights' : ''}${image ? ', in an image' : ''}.`);
