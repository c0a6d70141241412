/** Sets up and runs the quickstart example. */
import { mustRun } from './run.mjs';
import { setUp } from './setup.mjs';

setUp();
mustRun(process.execPath, ['examples/node-quickstart/quickstart.js', ...process.argv.slice(2)]);
