/** The documentation as a site, in output/site: the guides of docs/ and the reference made from the types. */
import { mustRun } from './run.mjs';
import { setUp } from './setup.mjs';

setUp();
mustRun('npx', ['typedoc']);
