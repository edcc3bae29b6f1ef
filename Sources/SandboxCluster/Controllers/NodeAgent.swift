import KubernetesObjects

/// The scheduler and the kubelets: puts Pods on the simulated nodes and says that they run.
///
/// A Pod waits with a reason when what it needs is missing, as it would on a real node. Pods of Jobs succeed at once.
struct NodeAgent {
    let writes: ControllerWrites
    let nextPodNumber: @Sendable () -> Int

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let pod = transaction.object(key) else { return }
        if pod.isTerminating {
            if pod.finalizers.isEmpty { writes.remove(key, in: &transaction) }
            return
        }
        guard !["Succeeded", "Failed"].contains(pod.value.text("status", "phase")) else { return }
        if pod.value.text("spec", "nodeName").isEmpty, !schedule(pod, in: &transaction) { return }
        guard let scheduled = transaction.object(key),
            transaction.object(ObjectKey(.nodes, name: scheduled.value.text("spec", "nodeName"))) != nil
        else { return }
        if let problem = PodDependencies(transaction: transaction).problem(of: scheduled.value) {
            wait(scheduled, problem, in: &transaction)
        } else {
            start(scheduled, in: &transaction)
        }
    }

    // MARK: Scheduling

    private func schedule(_ pod: StoredObject, in transaction: inout Transaction) -> Bool {
        let spec = pod.value
        if !spec.elements("spec", "schedulingGates").isEmpty {
            refuse(pod, "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates", in: &transaction)
            return false
        }
        let required = DaemonSetController.requiredNode(of: spec)
        let selector = spec["spec", "nodeSelector"]?.stringMap ?? [:]
        let nodes = transaction.objects(.nodes).filter { node in
            (required == nil || node.name == required) && selector.allSatisfy { node.labels[$0.key] == $0.value }
                && (required != nil || node.value["spec", "unschedulable"]?.bool != true)
        }
        let total = transaction.objects(.nodes).count
        guard !nodes.isEmpty else {
            let reason = "\(total) node(s) didn't match Pod's node affinity/selector"
            refuse(pod, "Unschedulable", "0/\(total) nodes are available: \(reason).", in: &transaction)
            return false
        }
        if let problem = prepareClaims(of: pod, on: nodes[nodes.startIndex].name, in: &transaction) {
            refuse(pod, "Unschedulable", "0/\(total) nodes are available: \(problem).", in: &transaction)
            return false
        }
        let number = pod.name.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }
        let node = nodes[nodes.startIndex + number % nodes.count].name
        let now = transaction.now
        writes.change(pod.key, in: &transaction) { object in
            object["spec", "nodeName"] = .string(node)
            Conditions.set(in: &object, type: "PodScheduled", status: true, reason: "", message: "", now: now)
        }
        return true
    }

    /// Asks for volumes of claims that wait for a first consumer; says what keeps the Pod from being scheduled.
    private func prepareClaims(of pod: StoredObject, on node: String, in transaction: inout Transaction) -> String? {
        var problem: String?
        for name in PodDependencies.claims(of: pod.value) {
            let key = ObjectKey(.claims, namespace: pod.namespace, name: name)
            guard let claim = transaction.object(key) else { return "persistentvolumeclaim \"\(name)\" not found" }
            switch claim.value.text("status", "phase") {
            case "Bound": continue
            case "Lost": problem = problem ?? "persistentvolumeclaim \"\(name)\" bound to non-existent persistentvolume"
            default:
                let binding = transaction.object(
                    ObjectKey(.storageClasses, name: claim.value.text("spec", "storageClassName"))
                )?.value.text("volumeBindingMode")
                if binding == "WaitForFirstConsumer" {
                    writes.change(key, in: &transaction) {
                        $0["metadata", "annotations", "volume.kubernetes.io/selected-node"] = .string(node)
                    }
                }
                problem = problem ?? "pod has unbound immediate PersistentVolumeClaims"
            }
        }
        return problem
    }

    private func refuse(_ pod: StoredObject, _ reason: String, _ message: String, in transaction: inout Transaction) {
        let now = transaction.now
        writes.change(pod.key, in: &transaction) { object in
            object["status", "phase"] = "Pending"
            Conditions.set(in: &object, type: "PodScheduled", status: false, reason: reason, message: message, now: now)
        }
    }

    // MARK: Running

    private func wait(_ pod: StoredObject, _ problem: PodDependencies.Problem, in transaction: inout Transaction) {
        setStatus(of: pod, phase: "Pending", in: &transaction) { container in
            (["waiting": ["reason": .string(problem.reason), "message": .string(problem.message)]], false, container)
        }
    }

    private func start(_ pod: StoredObject, in transaction: inout Transaction) {
        let now: JSONValue = .string("\(transaction.now)")
        let isJob = pod.value.controllerReference?.text("kind") == "Job"
        let isDone = isJob || pod.value.text("spec", "restartPolicy") != "Always"
        setStatus(of: pod, phase: isDone ? "Succeeded" : "Running", in: &transaction) { container in
            let state: JSONValue =
                isDone
                ? ["terminated": ["exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now]]
                : ["running": ["startedAt": now]]
            return (state, !isDone, container)
        }
    }

    private func setStatus(
        of pod: StoredObject,
        phase: String,
        in transaction: inout Transaction,
        state: (JSONValue) -> (JSONValue, ready: Bool, JSONValue)
    ) {
        guard
            pod.value.text("status", "phase") != phase || pod.value["status", "containerStatuses"] == nil
                || phase == "Pending"
        else { return }
        let now = transaction.now
        let isRunning = phase == "Running"
        let number = nextPodNumber()
        let statuses: [JSONValue] = pod.value.elements("spec", "containers").map { container in
            let (state, isReady, _) = state(container)
            let image = container.text("image")
            return [
                "name": container["name"] ?? "", "state": state, "lastState": [:], "ready": .bool(isReady),
                "restartCount": 0, "image": .string(image),
                "imageID": phase == "Pending" ? "" : .string("sandbox://\(image)"),
                "containerID": phase == "Pending" ? "" : .string("sandbox://\(pod.uid)/\(container.text("name"))"),
                "started": .bool(isRunning),
            ]
        }
        writes.change(pod.key, in: &transaction) { object in
            let names = ["Initialized", "Ready", "ContainersReady", "PodScheduled"]
            object["status", "phase"] = .string(phase)
            for name in names {
                let holds = name == "Initialized" || name == "PodScheduled" || isRunning
                let reason = holds ? "" : phase == "Succeeded" ? "PodCompleted" : "ContainersNotReady"
                Conditions.set(in: &object, type: name, status: holds, reason: reason, message: "", now: now)
            }
            object["status", "containerStatuses"] = .array(statuses)
            object.setDefault(.string("\(now)"), "status", "startTime")
            if phase != "Pending", object["status", "podIP"] == nil {
                let address = "10.244.\(number / 250 % 256).\(number % 250 + 2)"
                object["status", "podIP"] = .string(address)
                object["status", "podIPs"] = [["ip": .string(address)]]
                object["status", "hostIP"] = "192.168.0.10"
            }
        }
    }
}
