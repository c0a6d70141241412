/** A gallery of another model: its vectors are of no use here, its pictures are. */
import type { Reference, WebClassifier } from '@docclf/web';

/** Embeds the kept pictures with this page's model and adds them; all else of the references stays as it was. */
export async function registerAgain(
  { embedder, gallery }: WebClassifier,
  references: readonly Reference[],
): Promise<{ readonly registered: number; readonly withoutPicture: number }> {
  const pictured = references.filter(({ attachments }) => attachments.thumbnail);
  const known = await Promise.all(pictured.map(({ id }) => gallery.get(id)));
  const missing = pictured.filter((_, i) => known[i] === undefined);
  const embeddings = await embedder.embed(missing.map(({ attachments }) => attachments.thumbnail!));
  await gallery.add(missing.map((reference, i) => ({ ...reference, vector: embeddings[i]!.vector })));
  return { registered: missing.length, withoutPicture: references.length - pictured.length };
}
