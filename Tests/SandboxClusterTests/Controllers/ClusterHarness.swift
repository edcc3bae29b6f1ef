import KubernetesObjects
import Synchronization

@testable import SandboxCluster

/// A cluster without a server: storage, rules and controllers, on a clock that stands still.
final class ClusterHarness: Sendable {
    let operations: ResourceOperations
    let controllers: Controllers
    private let task: Task<Void, Never>

    init(nodeCount: Int = 3) async {
        let counter = Mutex<UInt64>(1)
        let environment = SandboxEnvironment(
            now: { Timestamp(secondsSince1970: 1_700_000_000) },
            random: { count in
                counter.withLock { state in
                    (0..<count).map { _ in
                        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        return UInt8(truncatingIfNeeded: state >> 33)
                    }
                }
            }
        )
        let registry = ResourceRegistry()
        let operations = ResourceOperations(
            storage: ClusterStorage(environment: environment, registry: registry),
            registry: registry
        )
        let controllers = Controllers(operations: operations, nodeCount: nodeCount)
        await controllers.bootstrap()
        self.operations = operations
        self.controllers = controllers
        task = Task { await controllers.run() }
        await controllers.settle()
    }

    func stop() async {
        task.cancel()
        operations.storage.finishWatches()
        await task.value
    }

    func settle() async { await controllers.settle() }

    /// Creates an object as a request would, without webhooks; the namespace comes from the object.
    @discardableResult
    func create(_ object: JSONValue) throws(StatusError) -> JSONValue {
        let resource = try resource(of: object)
        return try operations.storage.transact { transaction throws(StatusError) in
            let stored = try operations.create(
                object,
                resource,
                namespace: object.namespace,
                ResourceOperations.WriteOptions(),
                in: &transaction
            )
            return stored.value
        }
    }

    @discardableResult
    func update(_ object: JSONValue, subresource: String = "") throws(StatusError) -> JSONValue {
        let resource = try resource(of: object)
        var options = ResourceOperations.WriteOptions()
        options.subresource = subresource
        return try operations.storage.transact { transaction throws(StatusError) in
            try operations.update(
                object,
                resource,
                namespace: object.namespace,
                name: object.name,
                options,
                in: &transaction
            ).value
        }
    }

    func delete(
        _ resource: GroupResource,
        _ name: String,
        in namespace: String = "",
        _ propagation: ResourceOperations.DeleteOptions.Propagation = .background
    ) throws(StatusError) {
        guard let served = operations.registry.resource(resource) else { throw .notFound(resource, name) }
        var options = ResourceOperations.DeleteOptions()
        options.propagation = propagation
        _ = try operations.storage.transact { transaction throws(StatusError) in
            try operations.delete(served, namespace: namespace, name: name, options, in: &transaction)
        }
    }

    func get(_ resource: GroupResource, _ name: String, in namespace: String = "") -> JSONValue? {
        operations.storage.read { $0.object(ObjectKey(resource, namespace: namespace, name: name))?.value }
    }

    func list(_ resource: GroupResource, in namespace: String? = nil) -> [JSONValue] {
        operations.storage.read { $0.objects(resource, namespace: namespace).map(\.value) }
    }

    private func resource(of object: JSONValue) throws(StatusError) -> ServedResource {
        let kind = GroupVersionKind(apiVersion: object.text("apiVersion"), kind: object.kind)
        guard let resource = operations.registry.resource(kind) else {
            throw .badRequest("no resource is served for \(kind)")
        }
        return resource
    }
}
