// What programs for Node do all day, with Kubernetes' own client: prints what it saw as JSON.
import { PassThrough } from 'node:stream';
import * as k8s from '@kubernetes/client-node';

const config = new k8s.KubeConfig();
config.loadFromFile(process.argv[2]);
const core = config.makeApiClient(k8s.CoreV1Api);
const apps = config.makeApiClient(k8s.AppsV1Api);
const objects = k8s.KubernetesObjectApi.makeApiClient(config);
const told = {};

async function until(holds, what) {
  for (let i = 0; i < 600; i++) {
    const found = await holds();
    if (found) return found;
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error(`it did not come to pass that ${what}`);
}

async function refusal(doing) {
  try {
    await doing;
    return null;
  } catch (wrong) {
    return { code: wrong.code, message: JSON.parse(wrong.body).message };
  }
}

// An informer: it lists, watches, and after each end of its watch goes on from where it was.
const seen = [];
const list = () => core.listNamespacedConfigMap({ namespace: 'default', labelSelector: 'app=node' });
const informer = k8s.makeInformer(config, '/api/v1/namespaces/default/configmaps', list, 'app=node');
for (const verb of ['add', 'update', 'delete']) informer.on(verb, (one) => seen.push([verb, one.metadata.name, one.data?.k]));
let stopped = false;
informer.on('error', (wrong) => { if (!stopped) told.broken = String(wrong); });
await informer.start();

const labels = { app: 'node' };
const make = (name, k) => core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name, labels }, data: { k } } });
await make('one', '1');
await make('two', '1');
await core.patchNamespacedConfigMap(
  { namespace: 'default', name: 'one', body: { data: { k: '2' } } },
  k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.StrategicMergePatch),
);
await core.patchNamespacedConfigMap(
  { namespace: 'default', name: 'one', body: [{ op: 'replace', path: '/data/k', value: '3' }] },
  k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.JsonPatch),
);
await core.deleteNamespacedConfigMap({ namespace: 'default', name: 'two' });
await until(() => seen.length >= 5, 'the informer hears of everything');
told.seen = seen;
told.cache = informer.list('default').map((one) => [one.metadata.name, one.data.k]);
told.revisionIsNewest = informer.latestResourceVersion() === String((await list()).metadata.resourceVersion);
stopped = true;
await informer.stop();

// Server-side apply of two managers, and their conflict.
const applied = (k) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owned', namespace: 'default' }, data: { k } });
const apply = (k, manager, force) => objects.patch(applied(k), undefined, undefined, manager, force, k8s.PatchStrategy.ServerSideApply);
await apply('a', 'first');
told.conflict = await refusal(apply('b', 'second'));
await apply('b', 'second', true);
told.owned = (await core.readNamespacedConfigMap({ namespace: 'default', name: 'owned' })).data.k;

// A workload, its scale and a log.
const spec = { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'app:1' }] } } };
await apps.createNamespacedDeployment({ namespace: 'default', body: { metadata: { name: 'web' }, spec } });
const ready = (n) => async () => (await apps.readNamespacedDeployment({ namespace: 'default', name: 'web' })).status.readyReplicas === n;
await until(ready(1), 'a pod is ready');
const scale = await apps.readNamespacedDeploymentScale({ namespace: 'default', name: 'web' });
scale.spec.replicas = 2;
await apps.replaceNamespacedDeploymentScale({ namespace: 'default', name: 'web', body: scale });
await until(ready(2), 'two pods are ready');
const pod = (await core.listNamespacedPod({ namespace: 'default', labelSelector: 'app=node' })).items[0].metadata.name;
told.log = (await core.readNamespacedPodLog({ namespace: 'default', name: pod })).split('\n')[0];
const stream = new PassThrough();
let followed = '';
stream.on('data', (chunk) => { followed += chunk; });
const following = await new k8s.Log(config).log('default', pod, 'main', stream, { follow: true });
await until(() => followed.includes('\n'), 'a line of the log comes');
following.abort();
told.followed = followed.split('\n')[0];

told.missing = await refusal(core.readNamespacedPod({ namespace: 'default', name: 'nobody' }));
told.invalid = await refusal(apps.createNamespacedDeployment({ namespace: 'default', body: { metadata: { name: 'bad' }, spec: { ...spec, replicas: -1 } } }));
told.exec = await new Promise((done) => {
  new k8s.Exec(config)
    .exec('default', pod, 'main', ['ls'], null, null, null, false)
    .then(() => done('it was let in'), (wrong) => done(String(wrong.message ?? wrong)));
});
console.log(JSON.stringify(told));
process.exit(0);
