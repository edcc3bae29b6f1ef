import FoundationEssentials
import KubernetesObjects
import SandboxCluster
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// `lifeboat import velero`, with the program itself and archives that tar has written.
@Suite struct `The import of a Velero backup` {
    private static let long = String(repeating: "a-name-that-is-long-", count: 11) + "end"

    /// A backup as it lies in a bucket: each object twice, under its resource and under its preferred version.
    private static func write(_ folder: String) throws {
        func file(_ path: String, _ object: JSONValue) throws {
            for path in [path, path.replacing(/^(resources\/[^\/]+)/) { "\($0.output.1)/v1-preferredversion" }] {
                let whole = "\(folder)/tree/\(path)"
                let parent = whole.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
                    separator: "/"
                )
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
                try object.prettyPrinted().write(toFile: whole, atomically: true, encoding: .utf8)
            }
        }
        func object(_ apiVersion: String, _ kind: String, _ namespace: String?, _ name: String) -> JSONValue {
            var object: JSONValue = [
                "apiVersion": .string(apiVersion), "kind": .string(kind),
                "metadata": ["name": .string(name), "uid": .string("uid-\(name)"), "resourceVersion": "7"],
            ]
            object["metadata", "namespace"] = namespace.map { .string($0) }
            return object
        }
        var map = object("v1", "ConfigMap", "shop", long)
        map["data"] = ["a.key": "ünï\"\\\n"]
        for name in ["shop", "kube-system"] {
            try file("resources/namespaces/cluster/\(name).json", object("v1", "Namespace", nil, name))
        }
        try file("resources/configmaps/namespaces/shop/\(long).json", map)
        var web = object("apps/v1", "Deployment", "shop", "web")
        web["spec"] = [
            "replicas": 0, "selector": ["matchLabels": ["app": "web"]],
            "template": [
                "metadata": ["labels": ["app": "web"]], "spec": ["containers": [["name": "web", "image": "web:1"]]],
            ],
        ]
        try file("resources/deployments.apps/namespaces/shop/web.json", web)
        try file("resources/events/namespaces/shop/one.json", object("v1", "Event", "shop", "one"))
        // Links lead nowhere.
        for (name, target) in [("link", "/etc/passwd"), ("loop", "loop.json")] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/tree/resources/configmaps/namespaces/shop/\(name).json",
                withDestinationPath: target
            )
        }
        // Names that say something else than the object: another object, and a way out of the folder.
        try file("resources/secrets/namespaces/shop/stolen.json", object("v1", "Secret", "kube-system", "root"))
        try file("resources/secrets/namespaces/shop/broken.json", "text")
        let description: JSONValue = [
            "metadata": ["annotations": ["velero.io/source-cluster-k8s-gitversion": "v1.29.3"]],
            "status": ["phase": "PartiallyFailed", "startTimestamp": "2026-03-04T05:06:07Z"],
        ]
        try FileManager.default.createDirectory(atPath: "\(folder)/nightly", withIntermediateDirectories: true)
        try description.prettyPrinted()
            .write(toFile: "\(folder)/nightly/velero-backup.json", atomically: true, encoding: .utf8)
    }

    private static func pack(_ folder: String, _ format: String) async throws {
        let result = try await Subprocess.run(
            .path("/usr/bin/env"),
            arguments: [
                "tar", "--format", format, "-czf", "\(folder)/nightly/nightly.tar.gz", "-C", "\(folder)/tree",
                "--transform",
                "s,^\\./,,", ".",
            ],
            output: .discarded,
            error: .string(limit: 1 << 16)
        )
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
    }

    @Test(arguments: ["pax", "gnu"])
    func `makes a snapshot that is listed, checked and restored like any other`(format: String) async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        try Self.write(program.folder)
        try await Self.pack(program.folder, format)
        #expect(try await program.run("init").status == 0)
        let imported = try await program.run("import", "velero", "\(program.folder)/nightly", "--cluster", "old")
        #expect(imported.status == 3, "\(imported.errors)")
        let result = try imported.json
        #expect(result["objects"] == 4 && result["backup"] == "nightly")
        #expect(result["takenAt"] == "2026-03-04T05:06:07Z")
        let reasons = result["incomplete"]?.array?.compactMap { $0["reason"]?.string } ?? []
        #expect(
            reasons.sorted() == [
                "broken is not valid JSON of an object", "stolen holds another object, Secret kube-system/root",
            ]
        )
        #expect(result["excluded"]?.array?.first?["resource"] == "events")
        #expect(result["warnings"]?.array?.count == 1)
        let snapshot = try await program.run("snapshots").json["snapshots"]?.array?.first
        #expect(snapshot?["cluster"] == "old" && snapshot?["policy"] == "velero/nightly")
        let map = try await program.run("get", "latest", "configmap/\(Self.long)", "-n", "shop").json
        #expect(map["data"] == ["a.key": "ünï\"\\\n"])

        let target = try await SandboxCluster.start()
        let kubeconfig = try Kubeconfigs.write(target.kubeconfig)
        program.kubeconfig = kubeconfig
        let restored = try await program.run("restore", "latest", "-n", "shop")
        #expect(restored.status == 0, "\(restored.errors)")
        #expect(try restored.json["created"] == 3)
        // The same backup once more adds no object.
        let again = try await program.run(
            "import",
            "velero",
            "\(program.folder)/nightly/nightly.tar.gz",
            "--cluster",
            "old"
        )
        #expect(try again.json["objects"] == 4)
        let check = try await program.run("check", "--read-data")
        #expect(check.status == 0)
        try? FileManager.default.removeItem(atPath: kubeconfig)
        await target.stop()
    }

    @Test(
        .enabled(if: RealParts.s3 != nil, "LIFEBOAT_TEST_S3 names no S3 server; .ci/run-seaweedfs starts one"),
        arguments: ["", "/nightly.tar.gz"]
    )
    func `reads the bucket that Velero wrote to`(file: String) async throws {
        let program = try LifeboatProgram()
        defer { program.remove() }
        try Self.write(program.folder)
        try await Self.pack(program.folder, "pax")
        let endpoint = try #require(RealParts.s3)
        let bucket = "velero-\(file.isEmpty ? "folder" : "file")"
        for (name, path) in [
            ("", ""), ("/backups/nightly/nightly.tar.gz", "nightly/nightly.tar.gz"),
            ("/backups/nightly/velero-backup.json", "nightly/velero-backup.json"),
            ("/backups/nightly/nightly-logs.gz", "nightly/velero-backup.json"),
        ] {
            try await Self.put("\(endpoint)/\(bucket)\(name)", path.isEmpty ? nil : "\(program.folder)/\(path)")
        }
        let keys = RealParts.s3Keys.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        #expect(try await program.run("init").status == 0)
        let address = "s3://\(bucket)/backups/nightly\(file)?endpoint=\(endpoint)"
        let imported = try await program.run("import", "velero", address, shell: "export \(keys)")
        #expect(imported.status == 3, "\(imported.errors)")
        let result = try imported.json
        #expect(result["objects"] == 4 && result["backup"] == "nightly")
        #expect(result["takenAt"] == "2026-03-04T05:06:07Z")
        let wrong = "s3://\(bucket)/backups/weekly?endpoint=\(endpoint)"
        #expect(try await program.run("import", "velero", wrong, shell: "export \(keys)").code == "usage")
        #expect(try await program.run("check", "--read-data").status == 0)
    }

    /// Makes a bucket, or puts a file into one, by another implementation of the protocol.
    private static func put(_ address: String, _ path: String?) async throws {
        let user = "\(RealParts.s3Keys["AWS_ACCESS_KEY_ID"] ?? ""):\(RealParts.s3Keys["AWS_SECRET_ACCESS_KEY"] ?? "")"
        let content = path.map { ["--upload-file", $0] } ?? ["--request", "PUT"]
        let result = try await Subprocess.run(
            .path("/usr/bin/env"),
            arguments: Arguments(
                ["curl", "--silent", "--show-error", "--fail", "--user", user, "--aws-sigv4", "aws:amz:us-east-1:s3"]
                    + content + [address]
            ),
            output: .discarded,
            error: .string(limit: 1 << 16)
        )
        // The bucket may be there from an earlier run.
        #expect(result.terminationStatus.isSuccess || path == nil, "\(result.standardError)")
    }

    @Test func `refuses an archive that is cut off or damaged, and commits nothing`() async throws {
        let program = try LifeboatProgram()
        defer { program.remove() }
        try Self.write(program.folder)
        try await Self.pack(program.folder, "pax")
        #expect(try await program.run("init").status == 0)
        let path = "\(program.folder)/nightly/nightly.tar.gz"
        let whole = Array(try #require(FileManager.default.contents(atPath: path)))
        var flipped = whole
        flipped[whole.count / 2] ^= 0x10
        for bytes in [Array(whole[..<(whole.count / 2)]), Array(whole.dropLast(6)), flipped, Array("no archive".utf8)] {
            #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
            let refused = try await program.run("import", "velero", path)
            #expect(refused.status == 1 && refused.code == "object.malformed-archive", "\(refused.errors)")
        }
        // C128: a file that would fill the memory.
        try FileManager.default.removeItem(atPath: "\(program.folder)/tree")
        let folder = "\(program.folder)/tree/resources/configmaps/namespaces/shop"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(FileManager.default.createFile(atPath: "\(folder)/large.json", contents: Data(count: 65 << 20)))
        try await Self.pack(program.folder, "pax")
        let large = try await program.run("import", "velero", path)
        #expect(large.status == 1 && large.code == "object.malformed-archive", "\(large.errors)")
        #expect(try await program.run("import", "velero", program.folder).code == "usage")
        #expect(try await program.run("import", "velero", "\(program.folder)/nothing").code == "usage")
        #expect(try await program.run("snapshots").json["snapshots"] == [])
    }
}
