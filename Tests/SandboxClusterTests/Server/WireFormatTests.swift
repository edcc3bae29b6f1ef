import KubernetesObjects
import Testing

@testable import SandboxCluster

@Suite struct `Formats of the wire` {
    @Test func `a protocol buffer of a ConfigMap is read as its JSON`() throws {
        var writer = ProtobufWriter()
        writer.message(1) {
            $0.text(1, "v1")
            $0.text(2, "ConfigMap")
        }
        writer.message(2) { object in
            object.message(1) {
                $0.text(1, "settings")
                $0.text(2, "")
                $0.message(11) { label in
                    label.text(1, "app")
                    label.text(2, "web")
                }
            }
            object.message(2) {
                $0.text(1, "a")
                $0.text(2, "1")
            }
        }
        let object = try ProtobufReader.object([0x6B, 0x38, 0x73, 0x00] + writer.bytes)
        #expect(
            object == [
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "settings", "labels": ["app": "web"]],
                "data": ["a": "1"],
            ]
        )
    }

    @Test func `a protocol buffer with an unknown field or a cut end is refused`() {
        var writer = ProtobufWriter()
        writer.message(1) {
            $0.text(1, "v1")
            $0.text(2, "ConfigMap")
        }
        writer.message(2) { $0.text(99, "future") }
        let bytes = [0x6B, 0x38, 0x73, 0x00] + writer.bytes
        #expect(throws: ProtobufReader.Failure.self) { try ProtobufReader.object(bytes) }
        #expect(throws: ProtobufReader.Failure.self) { try ProtobufReader.object(bytes.dropLast()) }
    }

    @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar", "\u{0}\u{7F}ü"])
    func `Base64 for URLs is read as it was written`(text: String) {
        let bytes = Array(text.utf8)
        #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
    }

    @Test func `a continue token names its revision and key`() throws {
        let token = ContinueToken(revision: 42, namespace: "shop", name: "web")
        #expect(try ContinueToken(parsing: token.text) == token)
    }

    @Test(arguments: [
        (5, "5s"), (119, "119s"), (120, "2m"), (185, "3m5s"), (3599, "59m"), (10_800, "3h"), (14_460, "4h1m"),
        (90_000, "25h"), (200_000, "2d7h"), (864_000, "10d"),
    ])
    func `ages are short`(seconds: Int64, text: String) {
        #expect(Age.text(seconds: seconds) == text)
    }

    @Test(arguments: [
        (".spec.size", ["3"]), (".spec.parts[*].name", ["a", "b"]), (".spec.parts[1].name", ["b"]),
        (".status.conditions[?(@.type==\"Ready\")].status", ["True"]), (".metadata.labels.app\\.io/x", ["y"]),
        (".metadata.labels['app.io/x']", ["y"]), (".spec.none", []),
    ])
    func `JSON paths of printer columns`(path: String, values: [String]) {
        let object: JSONValue = [
            "metadata": ["labels": ["app.io/x": "y"]], "spec": ["size": 3, "parts": [["name": "a"], ["name": "b"]]],
            "status": ["conditions": [["type": "Ready", "status": "True"]]],
        ]
        #expect(FieldPath(path).values(in: object).map(TableColumns.text) == values)
    }

    @Test func `field sets are written and read as fieldsV1`() throws {
        let value: JSONValue = ["spec": ["containers": [["name": "web", "ports": [["containerPort": 80]]]]]]
        let tree = FieldTree(of: value, .builtIn(path: []), ownsMaps: false)
        #expect(
            tree.paths.contains(".spec.containers[name=\"web\"].ports[containerPort=80,protocol=\"TCP\"].containerPort")
        )
        #expect(FieldTree(root: tree.fieldsV1).fieldsV1 == tree.fieldsV1)
    }
}
