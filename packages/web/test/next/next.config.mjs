import { fileURLToPath } from 'node:url';

export default {
  output: 'export',
  basePath: '/built',
  turbopack: { root: fileURLToPath(new URL('../../../..', import.meta.url)) },
};
