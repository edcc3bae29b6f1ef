package import KubernetesObjects
package import Policies

/// Makes an object of a snapshot fit for a new cluster: without what the old API server, its controllers or its nodes had put in.
///
/// Pure: the same object and context give the same result, so that a plan and its execution agree.
package struct ObjectScrubbing: Sendable {
    package let policy: RestorePolicy
    package let context: SkipContext
    private let mapping: ObjectMapping
    private let hooks: PodHooks

    package init(policy: RestorePolicy, context: SkipContext) {
        self.policy = policy
        mapping = ObjectMapping(policy)
        hooks = PodHooks(policy)
        self.context = context
    }

    /// What is to be created, and what a reader of the plan should know about it.
    package struct Result: Sendable {
        package var object: JSONValue
        /// The status of the snapshot, when it is written back through the subresource.
        package var status: JSONValue?
        package var notes: [String] = []
    }

    /// - Parameters:
    ///   - version: the version in which the cluster takes the kind.
    ///   - resource: for the rules of the policy that go by resource.
    ///   - hasStatusSubresource: without one, a status that is wanted is part of the object.
    /// - Throws: `object.invalid-patch` when a patch of the policy does not fit; the object must then not be created.
    package func scrub(
        _ original: JSONValue,
        version: String,
        resource: GroupResource,
        hasStatusSubresource: Bool
    ) throws(LifeboatError) -> Result {
        var result = Result(object: original)
        let isStatusWanted = wantsStatus(original, resource)
        ServerOwnedFields.strip(&result.object, keepingStatus: isStatusWanted && !hasStatusSubresource)
        if isStatusWanted, hasStatusSubresource { result.status = original["status"] }
        result.object["apiVersion"] = .string(version)
        let kind = GroupVersionKind(apiVersion: version, kind: original["kind"]?.string ?? "").groupKind
        switch kind.group {
        case "": core(kind.kind, original, &result)
        case "apps": WorkloadScrubbing.workload(&result.object)
        case "batch": WorkloadScrubbing.batch(&result.object, kind.kind)
        case "admissionregistration.k8s.io": ClusterScrubbing.webhooks(&result)
        case "apiregistration.k8s.io": ClusterScrubbing.apiService(&result)
        case "apiextensions.k8s.io": ClusterScrubbing.definition(&result)
        case "autoscaling": ClusterScrubbing.autoscaler(&result.object)
        case "snapshot.storage.k8s.io": VolumeScrubbing.snapshot(original, &result)
        default: break
        }
        mapping.apply(to: &result.object, kind)
        try applyPatches(&result.object, original, resource)
        result.notes += hooks.apply(to: &result.object, original, kind)
        return result
    }

    private func core(_ kind: String, _ original: JSONValue, _ result: inout Result) {
        switch kind {
        case "Service": ServiceScrubbing.scrub(original, &result.object, preserveNodePorts: policy.preserveNodePorts)
        case "Pod": WorkloadScrubbing.pod(&result.object)
        case "ServiceAccount": SecretScrubbing.serviceAccount(&result.object)
        case "Secret": SecretScrubbing.secret(&result, context)
        case "PersistentVolumeClaim": VolumeScrubbing.claim(&result, context)
        case "PersistentVolume": VolumeScrubbing.volume(&result)
        default: break
        }
    }

    /// The annotation of an object goes before the policy.
    private func wantsStatus(_ object: JSONValue, _ resource: GroupResource) -> Bool {
        let annotations = object["metadata", "annotations"]
        let text = annotations?["lifeboat.dr/restore-status"] ?? annotations?["velero.io/restore-status"]
        return switch text?.string {
        case "true": true
        case "false": false
        default: policy.includesStatus(of: resource)
        }
    }

    /// Patches select by what the snapshot has, and change what the mappings made of it.
    private func applyPatches(_ object: inout JSONValue, _ original: JSONValue, _ resource: GroupResource)
        throws(LifeboatError)
    {
        guard !policy.patches.isEmpty else { return }
        let namespace = original["metadata", "namespace"]?.string
        let name = original["metadata", "name"]?.string ?? ""
        let labels = original["metadata", "labels"]?.stringMap ?? [:]
        for patch in policy.patches
        where patch.selects(resource: resource, namespace: namespace, name: name, labels: labels) {
            object = try patch.apply(to: object)
        }
    }
}
