package import KubernetesAPI
package import KubernetesObjects

extension ReclaimPolicies {
    /// Looks at the restored volumes of a cluster.
    package static func plan(_ client: ClusterClient) async throws(LifeboatError) -> ReclaimPolicies {
        try await RestoreRun.translated {
            ReclaimPolicies(
                volumes: try await client.objects(of: .volumes),
                claims: try await client.objects(of: .claims)
            )
        }
    }

    /// Sets back what the plan says; a volume that has changed since is refused by the server.
    ///
    /// - Returns: a failure for each volume that could not be changed.
    package func apply(_ client: ClusterClient) async throws(LifeboatError) -> [RestoreFailure] {
        var failures: [RestoreFailure] = []
        for volume in volumes {
            guard case .setBack(let policy) = volume.verdict else { continue }
            let patch: JSONValue = [
                "metadata": [
                    "resourceVersion": .string(volume.resourceVersion),
                    "annotations": .object(
                        JSONObject([JSONObject.Member(key: VolumeScrubbing.originalReclaimPolicy, value: .null)])
                    ),
                ],
                "spec": ["persistentVolumeReclaimPolicy": .string(policy)],
            ]
            do throws(ClusterError) {
                _ = try await client.patch(
                    .volumes,
                    namespace: nil,
                    name: volume.name,
                    patch: patch.encoded(),
                    type: .merge
                )
            } catch {
                guard error.kind != .cancelled else { throw error.lifeboatError }
                failures.append(
                    RestoreFailure(
                        object: "PersistentVolume \(volume.name)",
                        code: error.lifeboatError.code.rawValue,
                        reason: error.message,
                        remedy: "run lifeboat restore --finalize-volumes again"
                    )
                )
            }
        }
        return failures
    }
}
