internal import KubernetesAPI
internal import KubernetesObjects
internal import Synchronization

/// What all captures of one run count together.
final class CaptureCounter: Sendable {
    private struct State {
        var objects = 0
        var resourcesDone = 0
        var resourceVersions: [String: String] = [:]
        var incomplete: [IncompleteResource] = []
    }

    private let state = Mutex(State())

    func count() { state.withLock { $0.objects += 1 } }
    func finishResource() -> (objects: Int, done: Int) {
        state.withLock {
            $0.resourcesDone += 1
            return ($0.objects, $0.resourcesDone)
        }
    }

    /// Remembers the point in time of a list (C45).
    func note(resourceVersion: String, of resource: APIResource) {
        state.withLock { $0.resourceVersions[resource.groupResource.description] = resourceVersion }
    }

    func incomplete(_ item: IncompleteResource) { state.withLock { $0.incomplete.append(item) } }

    var objects: Int { state.withLock { $0.objects } }
    var resourceVersions: [String: String] { state.withLock { $0.resourceVersions } }
    var incomplete: [IncompleteResource] {
        state.withLock { $0.incomplete }.sorted { ($0.resource, $0.namespace) < ($1.resource, $1.namespace) }
    }
}
