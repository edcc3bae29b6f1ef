import KubernetesAPI
import KubernetesObjects
import TestSupport
import Testing

@Suite struct `A strategic merge patch` {
    private static let deployment: JSONValue = [
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": [
            "name": "strategic", "namespace": "default", "finalizers": ["example.com/a"], "labels": ["a": "b"],
        ],
        "spec": [
            "replicas": 0, "selector": ["matchLabels": ["app": "web"]],
            "template": [
                "metadata": ["labels": ["app": "web"]],
                "spec": [
                    "volumes": [["name": "v", "emptyDir": [:]], ["name": "w", "emptyDir": [:]]],
                    "tolerations": [["key": "a", "operator": "Exists"]],
                    "imagePullSecrets": [["name": "one"]],
                    "containers": [
                        [
                            "name": "web", "image": "web:1", "args": ["a", "b"],
                            "env": [["name": "A", "value": "1"], ["name": "B", "value": "2"]],
                            "ports": [
                                ["containerPort": 80, "protocol": "TCP"], ["containerPort": 81, "protocol": "TCP"],
                            ],
                            "volumeMounts": [["name": "v", "mountPath": "/v"]],
                        ],
                        ["name": "side", "image": "side:1"],
                    ],
                ],
            ],
        ],
    ]

    private static let patches = [
        #"{"metadata":{"labels":{"c":"d","a":null},"finalizers":["example.com/b"]}}"#,
        #"{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"side:2"},{"name":"new","image":"new:1"}]}}}}"#,
        #"{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"B","value":"3"},{"name":"C","value":"4"},{"name":"A","$patch":"delete"}]}]}}}}"#,
        #"{"spec":{"template":{"spec":{"containers":[{"name":"web","ports":[{"containerPort":81,"protocol":"TCP","name":"admin"}],"args":["c"]}]}}}}"#,
        #"{"spec":{"template":{"spec":{"containers":[{"name":"side","$patch":"delete"}],"tolerations":[{"key":"b","operator":"Exists"}]}}}}"#,
        #"{"spec":{"template":{"spec":{"containers":[{"$patch":"replace"},{"name":"only","image":"only:1"}],"volumes":null}}}}"#,
        #"{"spec":{"template":{"spec":{"volumes":[{"name":"v","emptyDir":{"medium":"Memory"}},{"name":"x","configMap":{"name":"x"}}]}}}}"#,
        #"{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"side"},{"name":"web"}],"containers":[{"name":"side","image":"side:3"}]}}}}"#,
        #"{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate","rollingUpdate":null}}}"#,
        #"{"metadata":{"labels":{"$patch":"replace","only":"this"},"$deleteFromPrimitiveList/finalizers":["example.com/a"]}}"#,
        #"{"spec":{"template":{"spec":{"nodeSelector":{"a":"b"},"imagePullSecrets":[{"name":"two"}],"topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"ScheduleAnyway"}]}}}}"#,
        #"{"metadata":{"annotations":{"x":"y"}},"spec":{"template":{"spec":{"containers":[{"name":"web","volumeMounts":[{"name":"w","mountPath":"/w"},{"name":"w","mountPath":"/v"}]}]}}}}"#,
    ]

    /// What the API server makes of a patch is what we make of it.
    @Test(arguments: TestCluster.available.filter { $0 != .sandbox })
    func `makes what an API server makes of it`(cluster: TestCluster) async throws {
        let client = try await cluster.client()
        let kind = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")
        let resource = try #require(try await client.discover().resource(for: kind))
        let created = try await client.create(resource, namespace: "default", body: Self.deployment.encoded())
        var existing = try JSONValue(parsing: created)
        // Its controller writes to it as well.
        for _ in 0..<100 where existing["status", "observedGeneration"] == nil {
            try await Task.sleep(for: .milliseconds(50))
            existing = try JSONValue(parsing: try await client.get(resource, namespace: "default", name: "strategic"))
        }
        var options = WriteOptions()
        options.dryRun = true
        for text in Self.patches {
            let answer = try await client.patch(
                resource,
                namespace: "default",
                name: "strategic",
                patch: Array(text.utf8),
                type: .strategic,
                options: options
            )
            let theirs = ServerOwnedFields.comparable(try JSONValue(parsing: answer))
            let ours = ServerOwnedFields.comparable(
                try StrategicMergePatch.apply(try JSONValue(parsing: text), to: existing)
            )
            // Fields that the server fills in are only in its answer.
            let differences = ObjectDifference.paths(ours, theirs)
                .filter { path in
                    guard let pointer = try? JSONPointer(parsing: path) else { return true }
                    // The server leaves out what is empty.
                    return ![nil, [], [:]].contains(pointer.value(in: ours))
                }
            #expect(differences == [], "\(text)")
        }
    }

    @Test func `refuses directives that do not exist and elements without a name`() throws {
        for text in [
            #"{"spec":{"$patch":"remove"}}"#, #"[]"#,
            #"{"spec":{"template":{"spec":{"containers":[{"image":"a"}]}}}}"#,
        ] {
            let error = #expect(throws: LifeboatError.self) {
                _ = try StrategicMergePatch.apply(try JSONValue(parsing: text), to: Self.deployment)
            }
            #expect(error?.code == .invalidPatch)
        }
        let service: JSONValue = ["spec": ["ports": [["port": 80, "name": "http"], ["port": 81]]]]
        let patch: JSONValue = ["spec": ["ports": [["port": 81, "name": "admin"]]]]
        #expect(
            try StrategicMergePatch.apply(patch, to: service)
                == ["spec": ["ports": [["port": 80, "name": "http"], ["port": 81, "name": "admin"]]]]
        )
    }
}
