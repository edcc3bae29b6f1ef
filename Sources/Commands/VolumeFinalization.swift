internal import KubernetesAPI
internal import KubernetesObjects
internal import Restore

/// `lifeboat restore --finalize-volumes`: gives restored volumes the reclaim policy that they had.
struct VolumeFinalization {
    let output: OutputOptions
    let dryRun: Bool

    func run(_ client: ClusterClient) async throws {
        defer { client.close() }
        let plan = try await ReclaimPolicies.plan(client)
        let failures = dryRun ? [] : try await plan.apply(client)
        var document = plan.json
        document["failed"] = .array(failures.map(\.json))
        try output.print(document) { Self.text(plan, failures, dryRun) }
        guard failures.isEmpty else { throw StatusOnly(.incomplete) }
    }

    private static func text(_ plan: ReclaimPolicies, _ failures: [RestoreFailure], _ dryRun: Bool) -> String {
        var lines: [String] = []
        var count = 0
        for volume in plan.volumes {
            switch volume.verdict {
            case .setBack(let policy):
                count += 1
                lines.append("\(policy)  PersistentVolume \(volume.name)")
            case .stays(let reason): lines.append("Retain  PersistentVolume \(volume.name): \(reason)")
            }
        }
        lines += failures.map { "✘ \($0.object): \($0.reason)" }
        let what =
            dryRun ? "would get their reclaim policy back. Nothing was changed." : "got their reclaim policy back."
        lines.append("\(count - failures.count) volumes \(what) \(plan.volumes.count - count) stay Retain.")
        return lines.joined(separator: "\n")
    }
}
