/** The documentation as a site, in output/site: the guides of docs/ and the reference made from the types. */
import { Application, TypeDocReader } from 'typedoc';
import { root } from './run.mjs';
import { setUp } from './setup.mjs';

setUp();
process.chdir(root);
const app = await Application.bootstrapWithPlugins({}, [new TypeDocReader()]);
const project = await app.convert();
if (!project) process.exit(1);
// A guide is called by its heading, as in the repository, and not by its path.
for (const document of project.documents ?? []) {
  const text = document.content.map((part) => part.text).join('');
  document.name = /^# (.+)$/m.exec(text)?.[1] ?? document.name;
}
await app.generateOutputs(project);
if (app.logger.hasErrors()) process.exit(1);
