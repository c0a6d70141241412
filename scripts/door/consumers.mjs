/** The ways in which the packages are used, each from a folder of its own with nothing but what it installs. */

/** Of fixtures/documents, by the names that the programs use. */
export const pictures = {
  'form.jpg': 'references/insurance-acme-claim-form.jpg',
  'id.jpg': 'references/id-front.jpg',
  'photo.jpg': 'probes/insurance-acme-claim-form-1.jpg',
};

const compilers = { 'typescript-5.6': 'npm:typescript@5.6', 'typescript-newest': 'npm:typescript@latest' };
const compile = (configs) =>
  Object.keys(compilers).flatMap((compiler) =>
    configs.map((config) => `node node_modules/${compiler}/bin/tsc --project tsconfig.${config}.json`),
  );

/** `require` of an ES module came with Node 20.19 and 22.12. */
const [major, minor] = process.versions.node.split('.').map(Number);
const requires = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);

const at = (name) => `scripts/door/consumers/${name}`;
const uploadServer = ['examples/upload-server', at('upload-server')];
/** As docs/servers.md names them for a closed network; `env` is what stands before the line. */
export const skipping = { ONNXRUNTIME_NODE_INSTALL: 'skip' };
const managers = [
  { manager: 'npm without scripts', install: ['npm install --ignore-scripts @docclf/node'], env: {} },
  { manager: 'pnpm 10', install: ['npx -y pnpm@10 add @docclf/node'], env: {} },
  { manager: 'Yarn 1', install: ['npx -y yarn@1 add @docclf/node'], env: skipping },
  { manager: 'Yarn 4', install: ['npx -y @yarnpkg/cli-dist@4 add @docclf/node'], env: {} },
];

/**
 * `files` are folders whose contents are copied, with a / behind them they themselves, and files; `dependencies` what is installed beside those of a package.json among them. `install`
 * are command lines in place of `npm install`, none for what installs by itself, with `env`, by default `skipping`. `runs` are command lines that must end with 0.
 *
 * @type {readonly { name: string, files: readonly string[], dependencies?: object, overrides?: object,
 *   install?: readonly string[], env?: object, runs: readonly string[] }[]}
 */
export const consumers = [
  {
    name: 'a server',
    files: [at('server')],
    dependencies: { '@docclf/node': '*' },
    runs: [
      'node first.mjs',
      ...(requires ? ['node first.cjs'] : []),
      'node uploads.mjs',
      'npx docclf-trim',
      'node uploads.mjs',
    ],
  },
  ...managers.map(({ manager, ...lines }) => ({
    name: `a server, installed by ${manager}`,
    files: [at('server'), at('.yarnrc.yml')],
    ...lines,
    runs: ['node first.mjs'],
  })),
  {
    name: 'a server, with the oldest libraries that the ranges allow',
    files: [at('server')],
    dependencies: { '@docclf/node': '*' },
    overrides: { 'onnxruntime-node': '1.24.1', sharp: '0.34.0', zod: '4.0.0' },
    runs: ['node first.mjs', 'node uploads.mjs'],
  },
  {
    name: 'a server that reads PDFs and HEIC',
    files: [at('server'), 'packages/heic/test/fixtures/turned.heic'],
    dependencies: { '@docclf/node': '*', '@docclf/pdf': '*', '@docclf/heic': '*' },
    runs: ['node readers.mjs'],
  },
  {
    name: 'a server, bundled',
    files: [at('server')],
    dependencies: {
      '@docclf/node': '*',
      '@rollup/plugin-commonjs': '*',
      '@rollup/plugin-json': '*',
      '@rollup/plugin-node-resolve': '*',
      esbuild: '*',
      rollup: '*',
      vite: '*',
      webpack: '*',
    },
    runs: ['node bundle.mjs'],
  },
  {
    name: 'a route handler of Next.js',
    files: [at('next-server'), at('upload-server/serving.mjs'), 'docs/servers.md'],
    dependencies: { '@docclf/node': '*', next: '*', react: '*', 'react-dom': '*' },
    runs: ['node check.mjs'],
  },
  {
    name: 'an upload endpoint, with Fastify, Express and Hono',
    files: uploadServer,
    runs: ['node check.mjs'],
  },
  { name: 'a container, line by line', files: uploadServer, install: [], runs: ['node container.mjs'] },
  {
    name: 'a function of the cloud, unpacked from its archive',
    files: [at('function'), 'docs/servers.md'],
    dependencies: { '@docclf/node': '*' },
    runs: ['npx docclf-trim', 'node pack.mjs'],
  },
  {
    name: 'a batch from an object store',
    files: [at('object-store'), 'docs/recipes.md'],
    dependencies: { '@docclf/node': '*', '@aws-sdk/client-s3': '*' },
    runs: ['node check.mjs'],
  },
  {
    name: 'a kiosk with a camera',
    files: [at('kiosk'), 'docs/recipes.md', 'scripts/chromium.mjs', 'examples/web-live/tools/film.js'],
    dependencies: { '@docclf/node': '*', '@docclf/web': '*', 'playwright-core': '*', sharp: '*', vite: '*' },
    runs: ['node check.mjs'],
  },
  {
    name: 'a program in TypeScript',
    files: [at('types')],
    dependencies: { '@docclf/node': '*', '@types/node': '^20.19.0', ...compilers },
    runs: compile(['nodenext', 'node16', 'bundler']),
  },
  {
    name: 'a store of one\u2019s own, without the types of a platform',
    files: [at('plugin')],
    dependencies: { '@docclf/core': '*', '@docclf/gallery': '*', ...compilers },
    runs: [...compile(['plugin']), 'node --test suite.test.mjs'],
  },
  {
    name: 'a store of one\u2019s own, from the template',
    files: ['examples/gallery-template'],
    runs: ['npm test'],
  },
  {
    name: 'the command line, with a store that it does not know',
    files: [at('cli'), 'examples/gallery-template/'],
    dependencies: { '@docclf/cli': '*', 'docclf-gallery-mine': 'file:./gallery-template' },
    runs: ['node run.mjs'],
  },
];
