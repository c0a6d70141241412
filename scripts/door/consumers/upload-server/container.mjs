// The Dockerfile without a container: each stage is a folder, each line is carried out in it, and the server runs with nothing but
// what the last stage has, as a user who may write nothing.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectLabel, makeGallery, withServer } from './serving.mjs';

const nobody = 65534;

await makeGallery();
const left = readFileSync('.dockerignore', 'utf8').split('\n').filter(Boolean);
const stages = [];
const last = () => stages.at(-1);

/** By the first word of the line. What is not here is not understood, and the check fails. */
const lines = {
  FROM(image) {
    const [, name] = / AS (\w+)$/.exec(image) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'docclf-stage-'));
    chmodSync(folder, 0o755);
    stages.push({ name, folder, env: { PATH: process.env.PATH } });
  },
  ENV(assignment) {
    const [name, value] = assignment.split('=');
    last().env[name] = value;
  },
  WORKDIR(path) {
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
    const { npm_config_registry, npm_config_cache, HOME } = process.env;
    const env = { ...last().env, HOME, npm_config_registry, ...(npm_config_cache && { npm_config_cache }) };
    console.log(
      `RUN ${command}\n${execFileSync('sh', ['-c', command], { cwd: last().work, env, encoding: 'utf8' })}`,
    );
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
const exitCode = await withServer(command, { cwd, env, ...user }, expectLabel);
if (exitCode !== 0) throw new Error(`The server ended with ${exitCode}`);
console.log(`It answers${user.uid ? ', as a user without rights' : ''}.`);
