internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects

extension RestoreRun {
    private static let mostFailures = 100

    /// Tells the cluster about the restore: an event for each namespace that was written to, and a warning for each failure.
    ///
    /// They are for people who look at the cluster, so one that cannot be written is a note and no failure.
    func recordEvents(_ state: inout RestoreState) async throws {
        let time = now()
        let events = APIResource(
            group: "",
            version: "v1",
            resource: "events",
            kind: "Event",
            isNamespaced: true,
            verbs: [],
            hasStatus: false
        )
        var written: [(namespace: String, body: JSONValue)] = state.counts.sorted { $0.key < $1.key }
            .map { (namespace, counts) in
                let place = namespace.isEmpty ? "default" : namespace
                let scope = namespace.isEmpty ? "of the cluster" : "in this namespace"
                let message =
                    "\(counts.created) objects \(scope) created and \(counts.updated) updated from snapshot \(reader.snapshot.shortID)"
                return (place, Self.event(place, "Restored", "Normal", message, time))
            }
        for failure in state.result.failed.prefix(Self.mostFailures) {
            let message = "\(failure.object) was not restored: \(failure.reason)"
            written.append(("default", Self.event("default", "RestoreFailed", "Warning", message, time)))
        }
        for (namespace, body) in written {
            do throws(ClusterError) {
                _ = try await client.create(events, namespace: namespace, body: body.encoded())
            } catch {
                if error.kind == .cancelled { throw error }
                state.result.notes.append("the event for \(namespace) could not be written: \(error.message)")
                return
            }
        }
    }

    /// https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/; a message has at most 1,024 characters.
    private static func event(
        _ namespace: String,
        _ reason: String,
        _ type: String,
        _ message: String,
        _ time: Timestamp
    ) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Event",
            "metadata": ["generateName": "lifeboat-restore-", "namespace": .string(namespace)],
            // An event is about an object of its own namespace, so that kubectl shows it there.
            "involvedObject": [
                "apiVersion": "v1", "kind": "Namespace", "name": .string(namespace), "namespace": .string(namespace),
            ],
            "reason": .string(reason), "type": .string(type), "message": .string(String(message.prefix(1000))),
            "firstTimestamp": .string("\(time)"), "lastTimestamp": .string("\(time)"), "count": 1,
            "source": ["component": "lifeboat"],
        ]
    }
}
