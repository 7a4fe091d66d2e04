import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from '../support/cli';
import { inProcess } from '../support/cli';

/** A folder in which commands are tried: one for each test, gone after it. */

export const ROOT = join(__dirname, '../..');

export const STACK = `name: checkout
defaults: { namespace: shop-staging }
apps:
  - { name: fe, repo: acme/fe, propagation-role: originator, build: { tool: npm }, downstream: [api] }
  - { name: api, repo: acme/api, propagation-role: terminal, build: { tool: pip } }
`;
export const teamFile = (name: string, more = ''): string =>
  `name: ${name}\nnamespace: team-${name}\ncluster: prod\nimageRegistry: r.example.com/${name}\nmaxParallelBuilds: 1\nstacks: [stacks/${name}.yaml]\n${more}`;

export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'cli-'));

  write(path: string, text: string): string {
    const file = join(this.path, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  read(path: string): string {
    return readFileSync(join(this.path, path), 'utf8');
  }

  /** A team of each name, with a stack of the same name. */
  fleet(...names: readonly string[]): void {
    for (const name of names) {
      this.write(`teams/${name}/team.yaml`, teamFile(name));
      this.write(
        `stacks/${name}.yaml`,
        STACK.replaceAll('checkout', name)
          .replaceAll('shop-staging', `${name}-staging`)
          .replaceAll('acme/', `${name}/`),
      );
    }
  }

  /** Every file of the output by its path, with its text. */
  output(): Record<string, string> {
    const files = readdirSync(join(this.path, 'dist'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(files.map((file) => [file.slice(this.path.length), readFileSync(file, 'utf8')]));
  }

  readonly run = (...args: readonly string[]): Promise<Outcome> => inProcess(args, this.path);

  remove(path = '.'): void {
    rmSync(join(this.path, path), { recursive: true, force: true });
  }
}
