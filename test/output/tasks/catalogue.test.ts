import { Param } from '../../../lib/tekton/param';
import { App, Chart } from 'cdk8s';
import { Catalogue } from '../../../lib/output/tasks/catalogue';
import { deployApp } from '../../../lib/output/tasks/deploy/deploy-app';
import { runTests } from '../../../lib/output/tasks/test/run-tests';
import { images, team } from '../team/model';

describe('Catalogue', () => {
  const chart = () => new Chart(new App(), 'tasks');
  const namesIn = (of: Chart): string[] =>
    (of.toJson() as { metadata: { name: string } }[]).map((o) => o.metadata.name);

  it('makes a Task, or a variant of it, once, and only those that are used', () => {
    const tasks = chart();
    const catalogue = new Catalogue(tasks, { team: team(), images });
    expect(catalogue.use(deployApp)).toBe(catalogue.use(deployApp));
    expect(catalogue.use(runTests, 'postman')).toBe(catalogue.use(runTests, 'postman'));
    expect(catalogue.use(runTests, 'artillery')).not.toBe(catalogue.use(runTests, 'postman'));
    expect(namesIn(tasks).sort()).toEqual(['deploy-app', 'run-tests-artillery', 'run-tests-postman']);
  });

  it('makes no Task that the team brings, and knows its name', () => {
    const tasks = chart();
    const catalogue = new Catalogue(tasks, { team: team(), images });
    expect(catalogue.useExternal('licence-check', { app: Param.string() })).toMatchObject({
      name: 'licence-check',
      params: { app: { type: 'string' } },
    });
    expect([...catalogue.externalTasks]).toEqual(['licence-check']);
    expect(namesIn(tasks)).toEqual([]);
  });
});
