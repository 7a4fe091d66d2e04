import { digestOf } from '../words/digest';

/** The text of a file of an output, which may lie elsewhere until somebody asks for it. */
export interface FileText {
  /** Two texts with the same digest are the same. */
  readonly digest: string;
  /** Its length in UTF-8. */
  readonly bytes: number;
  read(): string;
}

/** @param read works the text out once */
export function textOf(read: () => string): FileText {
  let [text, digest, bytes]: [string?, string?, number?] = [];
  const whole = (): string => (text ??= read());
  return {
    get digest() {
      return (digest ??= digestOf(whole()));
    },
    get bytes() {
      return (bytes ??= Buffer.byteLength(whole()));
    },
    read: whole,
  };
}
