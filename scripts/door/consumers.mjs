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

/**
 * `files` is a folder under `consumers/`, `runs` are command lines that must end with 0.
 *
 * @type {readonly { name: string, files: string, dependencies: object, overrides?: object, runs: readonly string[] }[]}
 */
export const consumers = [
  {
    name: 'a server',
    files: 'server',
    dependencies: { '@docclf/node': '*' },
    runs: ['node first.mjs', ...(requires ? ['node first.cjs'] : []), 'node uploads.mjs'],
  },
  {
    name: 'a server, with the oldest libraries that the ranges allow',
    files: 'server',
    dependencies: { '@docclf/node': '*' },
    overrides: { 'onnxruntime-node': '1.24.1', sharp: '0.34.0', zod: '4.0.0' },
    runs: ['node first.mjs', 'node uploads.mjs'],
  },
  {
    name: 'a server, bundled',
    files: 'server',
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
    name: 'a program in TypeScript',
    files: 'types',
    dependencies: { '@docclf/node': '*', '@types/node': '^20.19.0', ...compilers },
    runs: compile(['nodenext', 'node16', 'bundler']),
  },
  {
    name: 'a store of one\u2019s own, without the types of a platform',
    files: 'plugin',
    dependencies: { '@docclf/core': '*', '@docclf/gallery': '*', ...compilers },
    runs: [...compile(['plugin']), 'node --test suite.test.mjs'],
  },
  {
    name: 'the command line, with a store that it does not know',
    files: 'cli',
    dependencies: { '@docclf/cli': '*', 'docclf-gallery-disk': 'file:./store' },
    runs: ['node run.mjs'],
  },
  {
    name: 'a page built by Next, by each of its bundlers',
    files: 'next',
    dependencies: { '@docclf/web': '*', next: '*', 'playwright-core': '*', react: '*', 'react-dom': '*' },
    runs: ['npx next build', 'node open.mjs', 'npx next build --webpack', 'node open.mjs'],
  },
];
