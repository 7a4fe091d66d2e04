import { Fleet, JsonPatch } from 'tekton-dag';

/** Each Namespace says who pays for it, and Deployments keep fewer of their old ReplicaSets. */
export default new Fleet({
  customize: (objects, team) => {
    for (const object of objects) {
      if (object.kind === 'Namespace') object.metadata.addLabel('cost-centre', team.name);
      if (object.kind === 'Deployment') object.addJsonPatch(JsonPatch.add('/spec/revisionHistoryLimit', 3));
    }
  },
});
