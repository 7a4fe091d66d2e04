import type { Document, SourceFile } from '../fleet/document';
import { moreThanOne, readDocuments } from '../fleet/read-document';
import { InputError } from '../words/problem';

/**
 * The value of a file that holds one YAML document; undefined where it holds none, as a `values.yaml` of comments.
 * @throws InputError with the line of whatever is wrong
 */
export function readValue(source: SourceFile): unknown {
  const [document, second] = read(source);
  if (second) throw new InputError([moreThanOne(second)]);
  return document?.value ?? undefined;
}

/**
 * The values of a file that may hold several YAML documents.
 * @throws InputError with the line of whatever is wrong
 */
export const readValues = (source: SourceFile): readonly unknown[] => read(source).map(({ value }) => value);

function read(source: SourceFile): readonly Document[] {
  const { documents, problems } = readDocuments(source);
  if (problems.length > 0) throw new InputError(problems);
  return documents;
}
