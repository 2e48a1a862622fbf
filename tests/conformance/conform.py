#!/usr/bin/env python3
"""Play a scenario against a Kubernetes API server and compare what happened with what real Kubernetes did.

  conform.py check  --server URL [--token T] scenarios/*.yaml     compare with the golden file beside each scenario
  conform.py record --server URL [--token T] scenarios/*.yaml     write the golden files (done on real Kubernetes)

README.md beside this file gives the scenario language and what is compared. Needs httpx and PyYAML.
"""

import argparse, concurrent.futures, difflib, json, pathlib, re, sys, threading, time, uuid
import httpx, yaml

KINDS = {  # kind: (api prefix, plural, namespaced)
    "Pod": ("/api/v1", "pods", True),
    "Service": ("/api/v1", "services", True),
    "ConfigMap": ("/api/v1", "configmaps", True),
    "Secret": ("/api/v1", "secrets", True),
    "PersistentVolumeClaim": ("/api/v1", "persistentvolumeclaims", True),
    "PersistentVolume": ("/api/v1", "persistentvolumes", False),
    "Node": ("/api/v1", "nodes", False),
    "Namespace": ("/api/v1", "namespaces", False),
    "Event": ("/api/v1", "events", True),
    "ResourceQuota": ("/api/v1", "resourcequotas", True),
    "LimitRange": ("/api/v1", "limitranges", True),
    "ReplicationController": ("/api/v1", "replicationcontrollers", True),
    "StatefulSet": ("/apis/apps/v1", "statefulsets", True),
    "Deployment": ("/apis/apps/v1", "deployments", True),
    "ReplicaSet": ("/apis/apps/v1", "replicasets", True),
    "DaemonSet": ("/apis/apps/v1", "daemonsets", True),
    "ControllerRevision": ("/apis/apps/v1", "controllerrevisions", True),
    "Job": ("/apis/batch/v1", "jobs", True),
    "CronJob": ("/apis/batch/v1", "cronjobs", True),
    "PodDisruptionBudget": ("/apis/policy/v1", "poddisruptionbudgets", True),
    "StorageClass": ("/apis/storage.k8s.io/v1", "storageclasses", False),
    "PriorityClass": ("/apis/scheduling.k8s.io/v1", "priorityclasses", False),
    "EndpointSlice": ("/apis/discovery.k8s.io/v1", "endpointslices", True),
    "HorizontalPodAutoscaler": ("/apis/autoscaling/v2", "horizontalpodautoscalers", True),
    "CustomResourceDefinition": ("/apis/apiextensions.k8s.io/v1", "customresourcedefinitions", False),
    "Lease": ("/apis/coordination.k8s.io/v1", "leases", True),
    "ServiceAccount": ("/api/v1", "serviceaccounts", True),
    "Role": ("/apis/rbac.authorization.k8s.io/v1", "roles", True),
    "RoleBinding": ("/apis/rbac.authorization.k8s.io/v1", "rolebindings", True),
}
SNAPSHOT = [
    "StatefulSet",
    "Deployment",
    "ReplicaSet",
    "DaemonSet",
    "Job",
    "CronJob",
    "Pod",
    "PersistentVolumeClaim",
    "ControllerRevision",
    "Service",
    "EndpointSlice",
    "PodDisruptionBudget",
    "ResourceQuota",
]
CONTROLLERS = {
    "statefulset-controller",
    "deployment-controller",
    "replicaset-controller",
    "daemonset-controller",
    "job-controller",
    "persistentvolume-controller",
    "default-scheduler",
    "controllermanager",
    "taint-eviction-controller",
    "node-controller",
    "cronjob-controller",
    "horizontal-pod-autoscaler",
}
RACES = (
    "unbound immediate PersistentVolumeClaims",
    "the object has been modified",
    "not found. not found",
)  # depend on who was first
PATCHES = {
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "json": "application/json-patch+json",
    "apply": "application/apply-patch+yaml",
}


class ScenarioError(Exception):
    pass


def dig(obj, path):
    """Value at a dotted path; list items by index, or [key=value]."""
    parts = re.findall(r"[^.\[\]]+|\[[^\]]*\]", path)
    for n, part in enumerate(parts):
        if obj is None:
            return None
        if part == "[*]":
            rest = "".join(x if x.startswith("[") else "." + x for x in parts[n + 1 :])
            return [dig(x, rest) for x in obj]
        if part.startswith("["):
            inner = part[1:-1]
            if "=" in inner:
                k, v = inner.split("=", 1)
                obj = next((x for x in obj if str(x.get(k)) == v), None)
            else:
                obj = obj[int(inner)] if int(inner) < len(obj) else None
        else:
            obj = obj.get(part.replace("~1", ".")) if isinstance(obj, dict) else None
    return obj


class Run:
    def __init__(self, server, token, scenario, name):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.Client(base_url=server, headers=headers, verify=False, timeout=30)
        self.scenario, self.name = scenario, name
        self.ns = f"c-{uuid.uuid4().hex[:8]}"
        self.saved = {"ns": self.ns}
        self.responses, self.trail, self.touched = [], [], time.monotonic()
        self.stop = threading.Event()
        self.pods = {}
        self.parents = {
            "ReplicaSet": {},
            "ControllerRevision": {},
            "DaemonSet": {},
            "Job": {},
        }  # uid: object as last seen

    # -- plumbing
    def path(self, ref, sub=None):
        kind, name = ref.split("/", 1) if "/" in ref else (ref, None)
        prefix, plural, namespaced = KINDS[kind]
        p = f"{prefix}/namespaces/{self.ns}/{plural}" if namespaced else f"{prefix}/{plural}"
        return p + (f"/{name}" if name else "") + (f"/{sub}" if sub else "")

    def get(self, ref):
        r = self.http.get(self.path(ref))
        return r.json() if r.status_code == 200 else None

    def fill(self, o):
        """{ns} and saved values, wherever they stand in a step."""
        if isinstance(o, dict):
            return {self.fill(k): self.fill(v) for k, v in o.items()}
        if isinstance(o, list):
            return [self.fill(x) for x in o]
        if isinstance(o, str):
            for k, v in self.saved.items():
                o = o.replace("{" + k + "}", str(v))
        return o

    def send(
        self, method, path, body=None, ctype="application/json", label=None, params=None, headers=None, keep_headers=()
    ):
        content = None if body is None else (body if isinstance(body, str) else json.dumps(body))
        r = self.http.request(
            method,
            path,
            content=content,
            params=params,
            headers={**({"Content-Type": ctype} if content is not None else {}), **(headers or {})},
        )
        if method != "GET":
            self.touched = time.monotonic()
        try:
            if (params or {}).get("watch") and r.status_code == 200:  # one JSON object a line
                data = {"lines": [json.loads(x) for x in r.text.splitlines() if x]}
            else:
                data = r.json()
        except ValueError:
            data = {"text": r.text}
        entry = {"step": label, "code": r.status_code}
        if keep_headers:
            entry["headers"] = {h: r.headers.get_list(h) for h in keep_headers}
        if r.status_code >= 400:
            entry["error"] = {k: data.get(k) for k in ("reason", "message", "details") if data.get(k) is not None}
        self.responses.append(entry)
        return r.status_code, data

    def watch(self):
        """Follow pods (for the trail) and everything else that moves (for `settle`)."""
        rv = self.http.get(self.path("Pod")).json()["metadata"]["resourceVersion"]

        def follow(path, rv, on):
            params = {"watch": "1", "resourceVersion": rv}
            while not self.stop.is_set():
                try:
                    with self.http.stream("GET", path, params=params, timeout=httpx.Timeout(5, read=1.0)) as r:
                        for line in r.iter_lines():
                            if self.stop.is_set():
                                return
                            if line:
                                ev = json.loads(line)
                                if ev["type"] in ("ADDED", "MODIFIED", "DELETED"):
                                    params["resourceVersion"] = ev["object"]["metadata"]["resourceVersion"]
                                    self.touched = time.monotonic()
                                    on(ev["type"], ev["object"])
                except httpx.TimeoutException:
                    continue
                except httpx.HTTPError:
                    time.sleep(0.2)

        self.threads = []
        for kind in (
            "Pod",
            "StatefulSet",
            "Deployment",
            "ReplicaSet",
            "PersistentVolumeClaim",
            "Job",
            "DaemonSet",
            "ControllerRevision",
        ):

            def remember(_, o, kept=self.parents.get(kind)):
                if kept is not None:
                    kept[o["metadata"]["uid"]] = o

            on = self.on_pod if kind == "Pod" else remember
            t = threading.Thread(target=follow, args=(self.path(kind), rv, on), daemon=True)
            t.start()
            self.threads.append(t)

    def on_pod(self, kind, o):
        m = o["metadata"]
        name, uid = m["name"], m["uid"]
        rev = (
            (m.get("labels") or {}).get("controller-revision-hash")
            or (m.get("labels") or {}).get("pod-template-hash")
            or ""
        )
        was = self.pods.setdefault(uid, {"ready": False, "going": False})
        if kind == "ADDED" and not was.get("seen"):
            was["seen"] = True
            self.trail.append(f"+{name}@{rev}" if rev else f"+{name}")
        ready = any(c["type"] == "Ready" and c["status"] == "True" for c in o.get("status", {}).get("conditions") or [])
        if ready != was["ready"]:
            was["ready"] = ready
            if kind != "DELETED":
                self.trail.append(f"{name} {'ready' if ready else 'unready'}")
        if m.get("deletionTimestamp") and not was["going"] and kind != "DELETED":
            was["going"] = True
            self.trail.append(f"{name} terminating")
        if kind == "DELETED":
            self.trail.append(f"-{name}")

    # -- steps
    def step(self, i, s):
        ((verb, arg),) = ((k, v) for k, v in s.items() if k != "note")
        label, arg = f"{i}:{verb}", self.fill(arg)
        if verb == "apply":
            docs = list(yaml.safe_load_all(arg)) if isinstance(arg, str) else arg
            for d in docs:
                prefix, plural, namespaced = KINDS[d["kind"]]
                self.send(
                    "POST", self.path(d["kind"]), d, label=f"{label} {d['kind']}/{d['metadata'].get('name', '*')}"
                )
        elif verb == "patch":
            ctype = PATCHES[arg.get("type", "merge")]
            params = {"fieldManager": arg.get("manager", "conform")} if arg.get("type") == "apply" else {}
            if arg.get("force"):
                params["force"] = "true"
            self.send(
                "PATCH",
                self.path(arg["object"], arg.get("subresource")),
                arg["body"],
                ctype,
                f"{label} {arg['object']}",
                params,
            )
        elif verb == "replace":
            cur = self.get(arg["object"])
            for k, v in arg["set"].items():
                at, *_ = [cur]
                parts = k.split(".")
                for p in parts[:-1]:
                    at = at.setdefault(p, {})
                at[parts[-1]] = v
            self.send("PUT", self.path(arg["object"], arg.get("subresource")), cur, label=f"{label} {arg['object']}")
        elif verb == "delete":
            arg = {"object": arg} if isinstance(arg, str) else arg
            opts = {k: arg[k] for k in ("propagationPolicy", "gracePeriodSeconds") if k in arg}
            self.send("DELETE", self.path(arg["object"]), opts or None, label=f"{label} {arg['object']}")
        elif verb == "evict":
            self.send(
                "POST",
                self.path(f"Pod/{arg}", "eviction"),
                {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": arg, "namespace": self.ns}},
                label=f"{label} {arg}",
            )
        elif verb == "call":
            code, data = self.send(
                arg["method"],
                arg["path"],
                arg.get("body"),
                arg.get("contentType", "application/json"),
                label,
                arg.get("params"),
                arg.get("headers"),
                arg.get("keepHeaders", ()),
            )
            self.saved.update({k: dig(data, p) for k, p in arg.get("save", {}).items()})
            if arg.get("keep") and code < 400:
                self.responses[-1]["body"] = {p: dig(data, p) for p in arg["keep"]}
        elif verb == "wait":
            self.wait(arg, label)
        elif verb == "settle":
            end = time.monotonic() + 60
            while time.monotonic() - self.touched < float(arg):
                if time.monotonic() > end:
                    raise ScenarioError(f"{label}: still changing after 60 s")
                time.sleep(0.05)
        elif verb == "sleep":
            time.sleep(float(arg))
        else:
            raise ScenarioError(f"{label}: no such step")

    def wait(self, arg, label):
        end, seen = time.monotonic() + float(arg.get("timeout", 30)), None
        while time.monotonic() < end:
            if "count" in arg:
                items = self.http.get(
                    self.path(arg["object"]), params={"labelSelector": arg.get("selector", "")}
                ).json()["items"]
                if arg.get("where"):
                    items = [x for x in items if all(dig(x, k) == v for k, v in arg["where"].items())]
                seen = len(items)
                if seen == arg["count"]:
                    return
            else:
                obj = self.get(arg["object"])
                if arg.get("gone"):
                    if obj is None:
                        return
                    seen = "present"
                elif obj is not None:
                    seen = {k: dig(obj, k) for k in arg["is"]}
                    if all(seen[k] == v for k, v in arg["is"].items()):
                        return
            time.sleep(0.05)
        raise ScenarioError(f"{label} {arg['object']}: waited {arg.get('timeout', 30)} s, last saw {seen}")

    def play(self, accept=None):
        self.http.post(
            "/api/v1/namespaces", json={"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.ns}}
        ).raise_for_status()
        try:
            self.watch()
            time.sleep(0.3)
            for i, s in enumerate(self.scenario["steps"]):
                self.step(i, s)
            time.sleep(0.3)
            got, end = self.result(), time.monotonic() + 30
            while accept and not accept(got["events"]) and time.monotonic() < end:  # event queues lag under load
                time.sleep(1)
                got["events"] = self.result()["events"]
            return got
        finally:
            self.stop.set()
            for ref in self.scenario.get("cleanup", []):
                self.http.delete(self.path(self.fill(ref)))
            for kind in (
                "CronJob",
                "Deployment",
                "StatefulSet",
                "DaemonSet",
                "ReplicaSet",
                "ReplicationController",
                "Job",
            ):
                self.http.delete(
                    self.path(kind), params={"propagationPolicy": "Background"}
                )  # or they fight the dying namespace
            self.http.delete(f"/api/v1/namespaces/{self.ns}")

    # -- normal form
    def result(self):
        objs = {k: self.http.get(self.path(k)).json().get("items", []) for k in self.scenario.get("snapshot", SNAPSHOT)}
        for k, items in objs.items():
            for o in items:
                o["kind"] = k
        pvs = [
            v
            for v in self.http.get(self.path("PersistentVolume")).json().get("items", [])
            if (v["spec"].get("claimRef") or {}).get("namespace") == self.ns
        ]
        events = self.http.get(self.path("Event")).json().get("items", [])
        names = self.names(objs)
        makers = [
            o["metadata"]["name"] for kind in ("ReplicaSet", "DaemonSet", "Job") for o in self.parents[kind].values()
        ]
        for i, m in enumerate(makers):
            for a, b in names:
                makers[i] = makers[i].replace(a, b)
        unborn = (
            re.compile(
                r"\b((?:%s)-)[bcdfghjklmnpqrstvwxz2456789]{5}\b"
                % "|".join(map(re.escape, sorted(set(makers), key=len, reverse=True)))
            )
            if makers
            else None
        )

        def text(s):
            s = s.replace(self.ns, "NS")
            for a, b in names:
                s = s.replace(a, b)
            if unborn:
                s = unborn.sub(r"\1POD", s)
            s = s.removeprefix("(combined from similar events): ")
            s = re.sub(r"pvc-[0-9a-f]{8}-[0-9a-f-]{27}", "pvc-UID", s)
            s = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID", s)
            s = re.sub(r"\bnode-\d+\b", "NODE", s)
            s = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME", s)
            s = re.sub(
                r"((?:ResourceVersion in (?:record|the precondition) \(|[rR]esourceVersion\W{1,5}|resource version: |current: ))\d+",
                r"\1RV",
                s,
            )
            s = re.sub(r"\n@@.*", " DIFF", s, flags=re.S)  # a dump of internal structures
            return s

        def norm(o):
            if isinstance(o, dict):
                return {
                    text(k): norm(v)
                    for k, v in o.items()
                    if k
                    not in (
                        "uid",
                        "resourceVersion",
                        "creationTimestamp",
                        "managedFields",
                        "selfLink",
                        "clusterIP",
                        "clusterIPs",
                        "podIP",
                        "podIPs",
                        "hostIP",
                        "hostIPs",
                        "startTime",
                        "imageID",
                        "lastProbeTime",
                        "containerID",
                        "generateName",
                        "addresses",
                        "observedGeneration~",
                    )
                }
            if isinstance(o, list):
                return [norm(x) for x in o]
            return text(o) if isinstance(o, str) else o

        final = {}
        for k, items in {**objs, "PersistentVolume": pvs}.items():
            for o in items:
                o = json.loads(json.dumps(o))
                if k == "Pod":
                    st = o.get("status", {})
                    o["status"] = {
                        "phase": st.get("phase"),
                        "ready": any(
                            c["type"] == "Ready" and c["status"] == "True" for c in st.get("conditions") or []
                        ),
                    }
                    o["spec"].pop("nodeName", None)
                    o["spec"]["volumes"] = sorted(o["spec"].get("volumes") or [], key=lambda v: v["name"])
                    if "topology.kubernetes.io/zone" in (o["metadata"].get("labels") or {}):
                        o["metadata"]["labels"]["topology.kubernetes.io/zone"] = "ZONE"
                    for key in ("tolerations", "serviceAccount", "serviceAccountName", "volumes"):
                        if key in ("serviceAccount", "serviceAccountName"):
                            o["spec"].pop(key, None)
                if k == "EndpointSlice":
                    for e in o.get("endpoints") or []:
                        e.pop("zone", None), e.pop("nodeName", None)
                    o["endpoints"] = sorted(o.get("endpoints") or [], key=lambda e: json.dumps(norm(e), sort_keys=True))
                    (o["metadata"].get("annotations") or {}).pop(
                        "endpoints.kubernetes.io/last-change-trigger-time", None
                    )
                    if not o["metadata"].get("annotations"):
                        o["metadata"].pop("annotations", None)
                    o["metadata"].pop("generation", None)
                    o["metadata"]["name"] = (o["metadata"].get("labels") or {}).get(
                        "kubernetes.io/service-name", "?"
                    ) + "-SLICE"
                if k == "PersistentVolumeClaim":
                    (o["metadata"].get("annotations") or {}).pop("volume.kubernetes.io/selected-node", None)
                if k == "PersistentVolume":
                    o["spec"].pop("nodeAffinity", None)
                for c in (o.get("status") or {}).get("conditions") or []:
                    for t in ("lastTransitionTime", "lastUpdateTime"):
                        c.pop(t, None)
                n = norm(o)
                final.setdefault(f"{k}/{n['metadata']['name']}", []).append(n)
        for v in final.values():
            v.sort(key=lambda x: json.dumps(x, sort_keys=True))
        seen = sorted(
            {
                json.dumps(
                    {
                        "on": text(f"{e['involvedObject']['kind']}/{e['involvedObject'].get('name', '')}"),
                        "type": e.get("type"),
                        "reason": e["reason"],
                        "message": text(e.get("message", "")),
                        "from": (e.get("source") or {}).get("component") or e.get("reportingComponent", ""),
                    },
                    sort_keys=True,
                )
                for e in events
                if ((e.get("source") or {}).get("component") or e.get("reportingComponent", "")) in CONTROLLERS
                and not any(r in e.get("message", "") for r in RACES)
            }
        )
        return {
            "responses": norm(self.responses),
            "trail": [text(t) for t in self.trail],
            "events": [json.loads(x) for x in seen],
            "final": final,
        }

    def names(self, objs):
        """Generated names and hashes -> stable stand-ins, longest first."""
        out = []
        revs = sorted(
            self.parents["ControllerRevision"].values(),
            key=lambda r: (r["metadata"]["creationTimestamp"], r["revision"]),
        )
        owners = {}
        for r in revs:
            full = r["metadata"]["name"]
            if any(full == a for a, _ in out):  # the same name again after its owner was deleted and made anew
                continue
            base = (r["metadata"].get("ownerReferences") or [{}])[0].get("name", "")
            n = owners[base] = owners.get(base, 0) + 1
            out.append((full, f"{base}-REV{n}"))
            labels = r["metadata"].get("labels") or {}
            short = labels.get("controller.kubernetes.io/hash") or labels.get(
                "controller-revision-hash"
            )  # StatefulSet, DaemonSet
            if short and short != full:
                out.append((short, f"REV{n}"))
        sets = sorted(
            self.parents["ReplicaSet"].values(),
            key=lambda r: (
                int((r["metadata"].get("annotations") or {}).get("deployment.kubernetes.io/revision", 0)),
                r["metadata"]["creationTimestamp"],
            ),
        )
        n = 0
        for r in sets:
            h = (r["metadata"].get("labels") or {}).get("pod-template-hash")
            if h and all(h != a for a, _ in out):  # a ReplicaSet made anew has the old name
                n += 1
                out.append((h, f"HASH{n}"))
        for p in objs.get("Pod", []):
            g = p["metadata"].get("generateName")
            if g and p["metadata"]["name"].startswith(g) and not re.fullmatch(r"\d+", p["metadata"]["name"][len(g) :]):
                base = g
                for a, b in out:
                    base = base.replace(a, b)
                out.insert(0, (p["metadata"]["name"], base + "POD"))
        for line in self.trail:  # pods already gone
            name = line.lstrip("+-").split("@")[0].split(" ")[0]
            m = re.fullmatch(r"(.*-)([bcdfghjklmnpqrstvwxz2456789]{5})", name)
            if m and not re.search(r"[aeiou013]", m.group(2)):
                base = m.group(1)
                for a, b in out:
                    base = base.replace(a, b) if a != name else base
                out.append((name, base + "POD"))
        return sorted(set(out), key=lambda x: -len(x[0]))


def differences(scn, want, got):
    """Lines that say where a run departs from the golden run; empty when it conforms."""
    out = []

    def show(title, a, b):
        la, lb = (
            json.dumps(a, indent=1, sort_keys=True).splitlines(),
            json.dumps(b, indent=1, sort_keys=True).splitlines(),
        )
        d = [x for x in difflib.unified_diff(la, lb, "kubernetes", "project", n=2, lineterm="")][2:]
        if d:
            out.append(f"  {title}:")
            out.extend("    " + x for x in d[:60])

    skip = set(scn.get("ignore", []))
    if "responses" not in skip:
        show("responses", want["responses"], got["responses"])
    order = scn.get("order", "strict")
    if order == "strict":
        show("trail", want["trail"], got["trail"])
    elif order == "bag":
        show("trail (any order)", sorted(want["trail"]), sorted(got["trail"]))
    if "events" not in skip:
        show("events", want["events"], got["events"])
    if "final" not in skip:
        for k in sorted(set(want["final"]) | set(got["final"])):
            show(k, want["final"].get(k), got["final"].get(k))
    return out


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("mode", choices=["check", "record"])
    p.add_argument("scenarios", nargs="+")
    p.add_argument("--server", required=True)
    p.add_argument("--token", default="")
    p.add_argument("--jobs", type=int, default=4)
    p.add_argument("--brief", action="store_true", help="names of the failing scenarios only")
    p.add_argument("--show", action="store_true", help="print the run as JSON instead of comparing")
    a = p.parse_args()

    def one(f):
        f = pathlib.Path(f)
        scn = yaml.safe_load(f.read_text())
        run = Run(a.server, a.token, scn, f.stem)
        try:
            golden = f.with_suffix(".golden.json")
            want = (
                json.loads(golden.read_text())["events"]
                if a.mode == "check" and "events" not in scn.get("ignore", [])
                else None
            )
            got = run.play(None if want is None else lambda ev: ev == want)
        except (ScenarioError, httpx.HTTPError, KeyError, TypeError, ValueError) as e:
            return f, scn, None, f"{type(e).__name__}: {e}"
        return f, scn, got, None

    good, total = 0, 0
    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        for f, scn, got, err in pool.map(one, a.scenarios):
            total += 1
            golden = f.with_suffix(".golden.json")
            if err:
                print(f"FAIL {f.stem}: {err}")
                continue
            if a.show:
                print(json.dumps(got, indent=1, sort_keys=True))
                good += 1
                continue
            if a.mode == "record":
                golden.write_text(json.dumps(got, indent=1, sort_keys=True) + "\n")
                print(f"recorded {f.stem}")
                good += 1
                continue
            diff = differences(scn, json.loads(golden.read_text()), got)
            if diff:
                print(f"FAIL {f.stem}" + ("" if a.brief else "\n" + "\n".join(diff)))
            else:
                good += 1
                print(f"ok   {f.stem}")
    print(f"{good} of {total} scenarios conform" if a.mode == "check" else f"{good} of {total} recorded")
    return 0 if good == total else 1


if __name__ == "__main__":
    sys.exit(main())
