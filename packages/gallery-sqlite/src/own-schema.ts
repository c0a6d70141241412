/**
 * Whether the tables are as we made them. SQLite runs what a file brings along: a trigger alters what is written, a view
 * or a virtual table in place of a table can work for minutes, and so can an expression in an index or a check.
 */
import { DocclfError } from '@docclf/core';
import { decodeText, type SqliteBlob } from './blob.ts';
import type { Connection } from './connection.ts';

/**
 * @param steps by which the schema came to be: statements `CREATE` and `ALTER TABLE … ADD COLUMN …`
 * @throws GALLERY_FILE_CORRUPT
 */
export function assertOwnSchema(connection: Connection, steps: readonly string[]): void {
  const { gallery } = connection;
  const expected = schemaOf(steps);
  const found = connection.all<{ name: SqliteBlob; sql: SqliteBlob }>(
    `SELECT CAST(name AS BLOB) AS name, CAST(sql AS BLOB) AS sql FROM sqlite_master
     WHERE sql IS NOT NULL AND (lower(tbl_name) GLOB 'docclf_*' OR lower(name) GLOB 'docclf_*')`,
  );
  for (const { name: bytes, sql } of found) {
    const name = decodeText(bytes, gallery);
    if (expected.get(name) !== normal(decodeText(sql, gallery))) {
      const problem = `its schema holds ${JSON.stringify(name.slice(0, 100))}, which is not as docclf makes it`;
      throw new DocclfError('GALLERY_FILE_CORRUPT', { gallery, problem });
    }
    expected.delete(name);
  }
  const [missing] = expected.keys();
  if (missing !== undefined)
    throw new DocclfError('GALLERY_FILE_CORRUPT', { gallery, problem: `its schema has no ${missing}` });
}

/** What SQLite keeps of the statements: the text of each, with added columns behind the others. */
function schemaOf(steps: readonly string[]): Map<string, string> {
  const schema = new Map<string, string>();
  for (const statement of steps.flatMap((step) => step.split(';')).map(normal)) {
    const [, made] = /^CREATE (?:TABLE|INDEX) (\w+)/.exec(statement) ?? [];
    if (made !== undefined) schema.set(made, statement);
    const [, altered, column] = /^ALTER TABLE (\w+) ADD COLUMN (.*)/.exec(statement) ?? [];
    if (altered !== undefined)
      schema.set(altered, schema.get(altered)!.replace(/\)([^)]*)$/, `, ${column})$1`));
  }
  return schema;
}

/** SQLite moves white space where it adds a column. */
function normal(sql: string): string {
  return sql
    .replace(/\s+/g, ' ')
    .replace(/ (?=[),])/g, '')
    .trim();
}
