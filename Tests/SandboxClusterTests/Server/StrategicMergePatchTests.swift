import KubernetesObjects
import Testing

@testable import SandboxCluster

@Suite struct `A strategic merge patch` {
    private let pod: JSONValue = [
        "metadata": ["finalizers": ["a", "b"]],
        "spec": [
            "containers": [
                ["name": "web", "image": "web:1", "env": [["name": "A", "value": "1"]]],
                ["name": "log", "image": "log:1"],
            ],
            "tolerations": [["key": "x"]],
        ],
    ]

    private func apply(_ patch: JSONValue) throws -> JSONValue {
        try StrategicMergePatch.apply(patch, to: pod, .builtIn(path: []))
    }

    @Test func `merges containers and their variables by name`() throws {
        let result = try apply([
            "spec": ["containers": [["name": "web", "env": [["name": "B", "value": "2"]]]]]
        ])
        let containers = result["spec", "containers"]?.array ?? []
        #expect(containers.map { $0["name"] } == ["web", "log"])
        #expect(containers[0]["image"] == "web:1")
        #expect(containers[0]["env"]?.array?.map { $0["name"] } == ["A", "B"])
    }

    @Test func `deletes an element and replaces a list by directives`() throws {
        let deleted = try apply(["spec": ["containers": [["$patch": "delete", "name": "log"]]]])
        #expect(deleted["spec", "containers"]?.array?.count == 1)
        let replaced = try apply(["spec": ["containers": [["name": "new"], ["$patch": "replace"]]]])
        #expect(replaced["spec", "containers"] == [["name": "new"]])
    }

    @Test func `replaces lists that have no key`() throws {
        #expect(try apply(["spec": ["tolerations": [["key": "y"]]]])["spec", "tolerations"] == [["key": "y"]])
    }

    @Test func `adds and deletes scalars`() throws {
        #expect(try apply(["metadata": ["finalizers": ["c", "a"]]])["metadata", "finalizers"] == ["a", "b", "c"])
        let deleted = try apply(["metadata": ["$deleteFromPrimitiveList/finalizers": ["a"]]])
        #expect(deleted["metadata", "finalizers"] == ["b"])
    }

    @Test func `orders elements as asked`() throws {
        let result = try apply(["spec": ["$setElementOrder/containers": [["name": "log"], ["name": "web"]]]])
        #expect(result["spec", "containers"]?.array?.map { $0["name"] } == ["log", "web"])
    }

    @Test func `keeps only the retained keys`() throws {
        let strategy = try StrategicMergePatch.apply(
            ["$retainKeys": ["type"], "type": "Recreate"],
            to: ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1]],
            .builtIn(path: ["spec", "strategy"])
        )
        #expect(strategy == ["type": "Recreate"])
    }
}
