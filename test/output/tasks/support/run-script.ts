import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Runs a script of lib/output/tasks as it stands, in a folder of its own, with programs of the test's before those of the machine. */

export const SCRIPTS = join(__dirname, '../../../../lib/output/tasks');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), 'script-'));

  constructor() {
    for (const name of ['bin', 'home', 'results']) mkdirSync(join(this.folder, name));
    // what waits for a network has none to wait for here
    this.program('sleep', '#!/bin/sh\n');
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  /** Puts a program on the PATH of the scripts. */
  program(name: string, text: string): void {
    writeFileSync(this.path('bin', name), text);
    chmodSync(this.path('bin', name), 0o755);
  }

  file(name: string, text: string): string {
    const path = this.path(name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** Where a result is written; read it by `result`. */
  readonly resultFile = (name: string): string => this.path('results', name);
  readonly result = (name: string): string => readFileSync(this.resultFile(name), 'utf8');

  /** @param script of lib/output/tasks, or an absolute path */
  run(script: string, env: Readonly<Record<string, string>>, args: readonly string[] = []): Ended {
    const { status, stdout, stderr } = spawnSync('sh', [resolve(SCRIPTS, script), ...args], {
      encoding: 'utf8',
      env: this.environment(env),
    });
    return { code: status, stdout, stderr };
  }

  /** The same, while a server of the test answers. */
  start(script: string, env: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<Ended> {
    const child = spawn('sh', [resolve(SCRIPTS, script), ...args], { env: this.environment(env) });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    return new Promise((done) => child.once('close', (code) => done({ code, stdout, stderr })));
  }

  private environment(env: Readonly<Record<string, string>>): Record<string, string> {
    return {
      PATH: `${this.path('bin')}:${process.env.PATH}`,
      HOME: this.path('home'),
      TMPDIR: this.folder,
      ATTEMPT_PAUSE_MAX: '2',
      ...env,
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** git as nobody in particular, so that commits are the same on every machine. */
export function git(folder: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(
    'git',
    [
      '-c',
      'user.name=t',
      '-c',
      'user.email=t@example.com',
      '-c',
      'init.defaultBranch=main',
      '-c',
      'protocol.file.allow=always',
      '-C',
      folder,
      ...args,
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** A repository with one commit of these files; returns its folder. */
export function repository(workshop: Workshop, name: string, files: Readonly<Record<string, string>>): string {
  const folder = workshop.path(name);
  mkdirSync(folder, { recursive: true });
  git(folder, 'init', '-q');
  commit(workshop, name, files);
  return folder;
}

export function commit(workshop: Workshop, name: string, files: Readonly<Record<string, string>>): string {
  for (const [file, text] of Object.entries(files)) workshop.file(join(name, file), text);
  git(workshop.path(name), 'add', '.');
  git(workshop.path(name), 'commit', '-q', '-m', 'change');
  return git(workshop.path(name), 'rev-parse', 'HEAD');
}
