import KubernetesObjects
import Synchronization
import Testing

@testable import Readiness

@Suite struct `An inventory` {
    private static let service = ObjectIdentity(
        groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "Service"),
        namespace: "shop",
        name: "web"
    )

    @Test func `finds objects by kind, namespace and name`() throws {
        let inventory = try Samples.inventory(
            Sample.join(Sample.service("web"), Sample.service("web", namespace: "other"), Sample.node)
        )
        #expect(inventory.kinds == [.service, .node])
        #expect(try inventory.objects(.service).count == 2)
        #expect(try inventory.objects(.service, namespace: "other").map(\.objectName) == ["web"])
        #expect(try inventory.object(.service, namespace: "shop", name: "web") != nil)
        #expect(try inventory.object(.service, namespace: "shop", name: "x") == nil)
        #expect(try inventory.object(.node, namespace: nil, name: "one") != nil)
        #expect(try inventory.objects(.secret).isEmpty && inventory.hasNodes)
    }

    @Test func `never takes a kind that it could not read for an empty one`() {
        let inventory = ObjectInventory([], unreadable: [.secret: "forbidden"])
        #expect(inventory.kinds == [.secret])
        #expect(throws: UnreadableKind(kind: .secret, reason: "forbidden")) { try inventory.objects(.secret) }
        #expect(throws: UnreadableKind.self) { try inventory.objects(.secret, namespace: "shop") }
        #expect(throws: UnreadableKind.self) { try inventory.object(.secret, namespace: "shop", name: "a") }
    }

    @Test func `reads a kind once, when it is asked for`() throws {
        let asked = Mutex<[GroupKind]>([])
        let inventory = ObjectInventory(source: "test", kinds: [.node]) { kind in
            asked.withLock { $0.append(kind) }
            return []
        }
        let before = asked.withLock { $0 }
        #expect(before.isEmpty)
        _ = try inventory.objects(.node)
        _ = try inventory.object(.node, namespace: nil, name: "one")
        let after = asked.withLock { $0 }
        #expect(after == [.node])
    }

    @Test func `is copied with one object gone or changed`() throws {
        let inventory = try Samples.inventory(Sample.join(Sample.service("web"), Sample.service("api"), Sample.node))
        let without = inventory.replacing(Self.service, with: nil)
        #expect(try without.objects(.service).map(\.objectName) == ["api"])
        #expect(try without.objects(.node).count == 1 && inventory.objects(.service).count == 2)
        var changed = try #require(try inventory.object(.service, namespace: "shop", name: "web"))
        changed["spec", "type"] = "ExternalName"
        let altered = inventory.replacing(Self.service, with: changed)
        #expect(try altered.object(.service, namespace: "shop", name: "web")?["spec", "type"] == "ExternalName")
        #expect(altered.source == "objects, altered")
    }

    @Test func `knows an object at another version as the same`() {
        let other = ObjectIdentity(
            groupVersionKind: GroupVersionKind(group: "", version: "v2", kind: "Service"),
            namespace: "shop",
            name: "web"
        )
        #expect(Self.service.isSameObject(as: other) && Self.service != other)
    }
}

@Suite struct `A Service's endpoints` {
    private static func isReady(_ documents: String..., live: Bool = false, service: String = "") throws -> Bool {
        let service = service.isEmpty ? Sample.service("web") : service
        let objects = try documents.flatMap { try Samples.objects($0) }
        let inventory = ObjectInventory(objects, served: live ? [] : nil)
        return try inventory.hasReadyEndpoint(try Samples.object(service))
    }

    private static let endpoints = """
        apiVersion: v1
        kind: Endpoints
        metadata: {name: web, namespace: shop}
        subsets: [{addresses: [{ip: 10.0.0.1}]}]
        """

    @Test func `are those of its slices`() throws {
        #expect(try Self.isReady(Sample.slice("web")))
        #expect(try !Self.isReady(Sample.slice("web", isReady: false)))
        #expect(try !Self.isReady(Sample.slice("api")))
        #expect(try !Self.isReady(Sample.slice("web", namespace: "other")))
    }

    @Test func `are ready when a slice does not say`() throws {
        #expect(try Self.isReady(Sample.slice("web").replacing(", conditions: {ready: true}", with: "")))
    }

    @Test func `may be those of the older kind`() throws {
        #expect(try Self.isReady(Self.endpoints))
        #expect(try !Self.isReady(Self.endpoints.replacing("addresses", with: "notReadyAddresses")))
    }

    @Test func `of a snapshot are read from the workloads behind the selector`() throws {
        #expect(try Self.isReady(Sample.deployment("web")))
        #expect(try !Self.isReady(Sample.deployment("web", available: 0)))
        #expect(try !Self.isReady(Sample.deployment("web", namespace: "other")))
        #expect(try !Self.isReady(Sample.deployment("web", replicas: 0, available: 0)))
    }

    @Test func `of a cluster are never guessed`() throws {
        #expect(try !Self.isReady(Sample.deployment("web"), live: true))
    }

    @Test func `outside of the cluster are taken for ready`() throws {
        let service = Sample.service("web").replacing("spec: {", with: "spec: {type: ExternalName, ")
        #expect(try Self.isReady(live: true, service: service))
    }

    @Test func `without a selector come from nobody`() throws {
        let service = Sample.service("web").replacing("selector: {app: web}, ", with: "")
        #expect(try !Self.isReady(Sample.deployment("web"), service: service))
    }
}
