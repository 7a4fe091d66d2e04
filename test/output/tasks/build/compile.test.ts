import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { Workshop } from '../support/run-script';

describe('compile.sh', () => {
  let shop: Workshop;
  beforeEach(() => (shop = new Workshop()));
  afterEach(() => shop.remove());

  const compile = (over: Record<string, string> = {}, settings: readonly string[] = []) => {
    shop.file('source/my app/in', 'x');
    return shop.run(
      'build/compile.sh',
      {
        SOURCE: shop.path('source'),
        CONTEXT_DIR: 'my app',
        TOOL: 'npm',
        PRE_NAME: 'pre-command',
        PRE_COMMAND: '',
        NAME: 'build-command',
        COMMAND: '',
        ...over,
      },
      settings,
    );
  };

  it('runs what the stack asks for in its directory, the settings in the environment', () => {
    expect(
      compile({ PRE_COMMAND: 'cp in between', COMMAND: 'printf %s "$GREETING" >>between && mv between out' }, [
        'GREETING=hello world; $(x)',
      ]),
    ).toMatchObject({ code: 0 });
    expect(readFileSync(shop.path('source/my app/out'), 'utf8')).toBe('xhello world; $(x)');
  });

  it('stops at the first command that fails, also inside one, and says which and how', () => {
    const { code, stderr } = compile({ PRE_COMMAND: 'false; touch late', COMMAND: 'touch later' });
    expect(code).toBe(1);
    expect(stderr).toContain("error: pre-command failed with exit code 1 in 'my app'");
    expect(existsSync(shop.path('source/my app/late')) || existsSync(shop.path('source/my app/later'))).toBe(false);
  });

  it('gives how it ended to the step that says so, and the folder where tests leave their reports', () => {
    const given = { REPORT: shop.path('report'), RESULT_OUTCOME: shop.resultFile('outcome') };
    expect(compile({ ...given, COMMAND: 'touch "$REPORT/junit.xml"' })).toMatchObject({ code: 0 });
    expect(shop.result('outcome')).toBe('passed');
    expect(existsSync(shop.path('report/junit.xml'))).toBe(true);
    expect(compile({ ...given, COMMAND: 'false' })).toMatchObject({ code: 1 });
    expect(shop.result('outcome')).toBe('failed');
  });

  it('says that its pod was stopped, and blames no command', () => {
    // kubelet tells the first process, which tells all of the step
    const { code, stderr } = compile({
      COMMAND: 'kill -TERM $PPID; exit 143',
      RESULT_MESSAGE: shop.resultFile('message'),
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: its pod was stopped before it was done/);
    expect(shop.result('message')).toMatch(/Run it again$/);
  });

  it('adds settings to what the cluster and the tool say, and keeps its own apart from them', () => {
    const names = ['JAVA_TOOL_OPTIONS', 'MAVEN_ARGS', 'NO_PROXY', 'no_proxy', 'HTTPS_PROXY', 'NAME', 'PATH'];
    const { code, stdout } = compile(
      {
        JAVA_TOOL_OPTIONS: '-Dhttps.proxyHost=proxy',
        MAVEN_ARGS: '-Dmaven.repo.local=/cache',
        NO_PROXY: '.svc',
        HTTPS_PROXY: 'http://proxy:1',
        COMMAND: `for name in ${names.join(' ')}; do eval "echo \"$name=\\$$name\""; done`,
      },
      [
        'JAVA_TOOL_OPTIONS=-Xmx1g -Da=b',
        'MAVEN_ARGS=-T 2',
        'NO_PROXY=.corp',
        'no_proxy=.corp',
        'HTTPS_PROXY=http://other:2',
        'NAME=shop',
        'COMMAND=false',
        'SOURCE=/nowhere',
        'CONTEXT_DIR=none',
        `PATH=/opt/bin:${process.env.PATH}`,
      ],
    );
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(1, -1)).toEqual([
      'JAVA_TOOL_OPTIONS=-Dhttps.proxyHost=proxy -Xmx1g -Da=b',
      'MAVEN_ARGS=-Dmaven.repo.local=/cache -T 2',
      'NO_PROXY=.svc,.corp',
      'no_proxy=.corp',
      'HTTPS_PROXY=http://other:2',
      'NAME=shop',
      expect.stringContaining('/home/bin:'),
    ]);
  });

  it('does nothing without a command', () => {
    expect(compile()).toMatchObject({ code: 0, stdout: '' });
  });
});

describe('the toolchain', () => {
  it('of Python is one environment for the command and the unit test', () => {
    const shop = new Workshop();
    try {
      shop.program(
        'python3',
        '#!/bin/sh\nmkdir -p "$3/bin" && printf "#!/bin/sh\necho of the environment\n" >"$3/bin/pip" && chmod +x "$3/bin/pip" && echo made\n',
      );
      shop.file('source/in', '');
      const run = (command: string) =>
        shop.run('build/compile.sh', {
          SOURCE: shop.path('source'),
          CONTEXT_DIR: '.',
          TOOL: 'pip',
          PRE_NAME: '',
          PRE_COMMAND: '',
          NAME: 'build-command',
          COMMAND: command,
        });
      expect(run('pip').stdout).toBe('made\n+ pip\nof the environment\n');
      expect(run('pip').stdout).toBe('+ pip\nof the environment\n');
    } finally {
      shop.remove();
    }
  });
});

describe('the cache', () => {
  let shop: Workshop;
  beforeEach(() => {
    shop = new Workshop();
    shop.program('hostname', '#!/bin/sh\necho pod\n');
    shop.file('volume/.keep', '');
    shop.file('one/npm/package', 'cached');
  });
  afterEach(() => shop.remove());
  const run = (script: 'save' | 'restore', scope: string, cache = 'one') =>
    shop.run(`build/${script}-cache.sh`, {
      APP: 'cart',
      SCOPE: scope,
      CACHE: shop.path(cache),
      VOLUME: shop.path('volume'),
    });
  const isKept = () => existsSync(shop.path('volume/cart.tar'));

  it('is what releases leave: a pull request takes it and leaves none, and a fork is given none', () => {
    for (const scope of ['pr', 'fork']) {
      expect(run('save', scope).code).toBe(0);
      expect(isKept()).toBe(false);
    }
    expect(run('save', 'release')).toMatchObject({ code: 0, stderr: '' });
    expect(run('restore', 'fork', 'two').code).toBe(0);
    expect(existsSync(shop.path('two/npm'))).toBe(false);
    for (const scope of ['pr', 'release']) {
      expect(run('restore', scope, scope).code).toBe(0);
      expect(readFileSync(shop.path(scope, 'npm/package'), 'utf8')).toBe('cached');
    }
  });

  it('holds files and nothing else: no link, to wherever it leads, and no pipe, at which it would wait', () => {
    shop.file('secret', 's3cret');
    symlinkSync(shop.path('secret'), shop.path('one/npm/stolen'));
    symlinkSync(shop.folder, shop.path('one/all'));
    spawnSync('mkfifo', [shop.path('one/npm/pipe')]);
    expect(run('save', 'release')).toMatchObject({ code: 0 });
    expect(run('restore', 'release', 'two')).toMatchObject({ code: 0 });
    expect((readdirSync(shop.path('two'), { recursive: true }) as string[]).sort()).toEqual(['npm', 'npm/package']);
    expect(readFileSync(shop.path('secret'), 'utf8')).toBe('s3cret');
  });

  it.each(['one', 'one/below'])('is nothing where %s is a link in its place', (place) => {
    shop.file('elsewhere/below/secret', 's3cret');
    rmSync(shop.path('one'), { recursive: true });
    symlinkSync(shop.path('elsewhere'), shop.path('one'));
    const { code, stderr } = run('save', 'release', place);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: .* is not a folder of its own, so nothing of it is kept$/m);
    expect(isKept()).toBe(false);
    expect(readFileSync(shop.path('elsewhere/below/secret'), 'utf8')).toBe('s3cret');
  });

  it('that cannot be written does not fail the build, and says why it is not there', () => {
    rmSync(shop.path('volume'), { recursive: true });
    const { code, stderr } = run('save', 'release');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: the cache cannot be written.*fsGroup \d+\n$/);
  });
});
