import KubernetesObjects

extension RestoreObstacles {
    // MARK: Storage and ingress

    /// Classes that claims ask for and that are not there. A claim that names its volume needs no class.
    func storageClasses() -> [RestoreObstacle] {
        let claims = created.flatMap { step, object -> [(RestorePlan.Step, JSONValue)] in
            switch step.identity.groupVersionKind.kind {
            case "PersistentVolumeClaim": object["spec", "volumeName"] == nil ? [(step, object)] : []
            case "StatefulSet": (object["spec", "volumeClaimTemplates"]?.array ?? []).map { (step, $0) }
            default: []
            }
        }
        var missing: [String: [RestorePlan.Step]] = [:]
        var withoutClass: [RestorePlan.Step] = []
        for (step, claim) in claims {
            let annotation = claim["metadata", "annotations", "volume.beta.kubernetes.io/storage-class"]?.string
            guard let name = claim["spec", "storageClassName"]?.string ?? annotation else {
                withoutClass.append(step)
                continue
            }
            if !name.isEmpty, !exists(TargetFacts.storageClass, name) { missing[name, default: []].append(step) }
        }
        var found = missing.sorted { $0.key < $1.key }
            .map { name, steps in
                RestoreObstacle(
                    .storageClass,
                    "StorageClass \(name)",
                    "does not exist, so that these claims get no volume: \(Self.named(steps, "objects"))",
                    remedy:
                        "lifeboat restore SNAPSHOT storageclass/\(name), or create it, or restore with --storage-class-mapping \(name)=OTHER"
                )
            }
        if !withoutClass.isEmpty, !hasDefaultStorageClass {
            found.append(
                RestoreObstacle(
                    .storageClass,
                    "the default StorageClass",
                    "does not exist, so that these claims get no volume: \(Self.named(withoutClass, "objects"))",
                    remedy: "kubectl annotate storageclass NAME storageclass.kubernetes.io/is-default-class=true"
                )
            )
        }
        return found
    }

    private var hasDefaultStorageClass: Bool {
        facts.unreadable[TargetFacts.storageClass] != nil || !defaults(TargetFacts.storageClass).there.isEmpty
            || !defaults(TargetFacts.storageClass).coming.isEmpty
    }

    /// The names of the default classes that the cluster has and that the plan creates.
    private func defaults(_ kind: GroupKind) -> (there: [String], coming: [String]) {
        func isDefault(_ object: JSONValue) -> Bool {
            object["metadata", "annotations", ObstacleNeeds.defaultMark(kind)]?.string == "true"
        }
        let coming = created.filter { $0.step.key.groupKind == kind && isDefault($0.object) }
        return (
            (facts.objects[kind] ?? []).filter(isDefault).map(\.name).sorted(),
            coming.map(\.step.identity.name).sorted()
        )
    }

    /// With two default classes nobody knows which one an object gets that names none.
    func secondDefaults() -> [RestoreObstacle] {
        [(RestoreObstacle.Kind.storageClass, TargetFacts.storageClass), (.ingressClass, TargetFacts.ingressClass)]
            .compactMap { obstacle, kind in
                let (there, coming) = defaults(kind)
                guard let old = there.first, let new = coming.first else { return nil }
                return RestoreObstacle(
                    obstacle,
                    "\(kind.kind) \(new)",
                    "comes as a second default beside \(old) of the cluster",
                    remedy: "kubectl annotate \(kind.kind.lowercased()) \(old) \(ObstacleNeeds.defaultMark(kind))-"
                )
            }
    }

    func ingressClasses() -> [RestoreObstacle] {
        var missing: [String: [RestorePlan.Step]] = [:]
        for (step, object) in created where step.identity.groupVersionKind.kind == "Ingress" {
            // The annotation needs no IngressClass object; its controller knows it by name.
            guard let name = object["spec", "ingressClassName"]?.string else { continue }
            if !exists(TargetFacts.ingressClass, name) { missing[name, default: []].append(step) }
        }
        return missing.sorted { $0.key < $1.key }
            .map { name, steps in
                RestoreObstacle(
                    .ingressClass,
                    "IngressClass \(name)",
                    "does not exist, so that nobody serves \(Self.named(steps, "Ingresses"))",
                    remedy:
                        "install its controller, and lifeboat restore SNAPSHOT ingressclass/\(name), or restore with --ingress-class-mapping \(name)=OTHER"
                )
            }
    }

    // MARK: Pods

    /// The Pods that workloads of the plan will have.
    var podSpecs: [(step: RestorePlan.Step, spec: JSONValue)] {
        created.compactMap { step, object in
            Self.podSpec(of: object, step.key.groupKind).map { (step, $0) }
        }
    }

    static func podSpec(of object: JSONValue, _ kind: GroupKind) -> JSONValue? {
        guard let path = PodSpecPath.of(kind)?.split(separator: "/").map(String.init) else { return nil }
        return object.value(at: path[...])
    }

    /// The API server refuses Pods whose class does not exist.
    func podClasses() -> [RestoreObstacle] {
        [
            (RestoreObstacle.Kind.priorityClass, TargetFacts.priorityClass, "priorityClassName"),
            (.runtimeClass, TargetFacts.runtimeClass, "runtimeClassName"),
        ]
        .flatMap { kind, groupKind, field in
            var missing: [String: [RestorePlan.Step]] = [:]
            for (step, spec) in podSpecs {
                guard let name = spec[field]?.string, !name.isEmpty, !name.hasPrefix("system-") else { continue }
                if !exists(groupKind, name) { missing[name, default: []].append(step) }
            }
            return missing.sorted { $0.key < $1.key }
                .map { name, steps in
                    RestoreObstacle(
                        kind,
                        "\(groupKind.kind) \(name)",
                        "does not exist, so that no Pod starts of \(Self.named(steps, "workloads"))",
                        remedy: "lifeboat restore SNAPSHOT \(groupKind.kind.lowercased())/\(name), or create it"
                    )
                }
        }
    }

    /// Workloads that ask for labels which no node has.
    func nodeLabels() -> [RestoreObstacle] {
        let nodes = (facts.objects[TargetFacts.node] ?? []).map { $0["metadata", "labels"]?.stringMap ?? [:] }
        guard !nodes.isEmpty else { return [] }
        var missing: [String: [RestorePlan.Step]] = [:]
        for (step, spec) in podSpecs {
            let wanted = spec["nodeSelector"]?.stringMap ?? [:]
            guard !wanted.isEmpty,
                !nodes.contains(where: { labels in wanted.allSatisfy { labels[$0.key] == $0.value } })
            else { continue }
            let text = wanted.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
            missing[text, default: []].append(step)
        }
        return missing.sorted { $0.key < $1.key }
            .map { labels, steps in
                RestoreObstacle(
                    .nodeLabels,
                    "a node with \(labels)",
                    "does not exist, so that nowhere can run \(Self.named(steps, "workloads"))",
                    remedy: "kubectl label node NAME \(labels.replacing(",", with: " "))"
                )
            }
    }

    /// Pods that start when somebody opens their gates
    /// (https://kubernetes.io/docs/concepts/scheduling-eviction/pod-scheduling-readiness/).
    func schedulingGates() -> [RestoreObstacle] {
        var gates: [String: [RestorePlan.Step]] = [:]
        for (step, spec) in podSpecs {
            for gate in spec["schedulingGates"]?.array ?? [] {
                if let name = gate["name"]?.string { gates[name, default: []].append(step) }
            }
        }
        return gates.sorted { $0.key < $1.key }
            .map { name, steps in
                RestoreObstacle(
                    .schedulingGate,
                    "the scheduling gate \(name)",
                    "holds back the Pods of \(Self.named(steps, "workloads"))",
                    remedy: "see that the controller runs which removes it"
                )
            }
    }
}
