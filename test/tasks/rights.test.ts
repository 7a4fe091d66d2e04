import { BACKEND_HEADER, IMAGE_PLACEHOLDER, ROUTER_LOG } from '../../lib/contract/environment';
import { INTERCEPT_BACKENDS } from '../../lib/contract/team';
import { environmentRights } from '../../lib/tasks/rights';
import * as deployment from '../../lib/team/app-deployment';
import * as router from '../../lib/team/router-config';

/** That the rights suffice is seen where the scripts run: their cluster allows nothing else. */
describe.each(INTERCEPT_BACKENDS)('the rights that previews by %s need', (backend) => {
  it.each(['deploy', 'preview'] as const)('name each resource and verb for account %s, and no secret', (account) => {
    const rules = environmentRights(backend)[account];
    const said = rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    expect(said).not.toContain('*');
    expect(said).not.toContain('secrets');
    expect(new Set(rules.flatMap(({ resources }) => resources)).size).toBe(rules.length);
  });
});

it('lets only previews be deleted, and only who opens them write routes', () => {
  const { deploy, preview } = environmentRights('gateway');
  expect(deploy.flatMap(({ verbs }) => verbs)).not.toContain('delete');
  expect(deploy.flatMap(({ resources }) => resources)).not.toContain('httproutes');
  expect(preview).toContainEqual({ apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes'], verbs: expect.arrayContaining(['create', 'delete']) });
  expect(environmentRights('router').preview.flatMap(({ resources }) => resources)).not.toContain('httproutes');
});

it('agrees with what the environment is made of', () => {
  expect(router.BACKEND_HEADER).toBe(BACKEND_HEADER);
  expect(router.ROUTER_LOG).toBe(ROUTER_LOG);
  expect(deployment.IMAGE_PLACEHOLDER).toBe(IMAGE_PLACEHOLDER);
});
