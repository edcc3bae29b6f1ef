import FoundationEssentials
import KubernetesObjects
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// Names of objects, namespaces, kinds and files of an archive that say “one folder up”, and names as long as names can be.
@Suite struct `Names that would lead out of a folder` {
    private static let long = String(repeating: "n", count: 253)

    private static func object(_ apiVersion: String, _ kind: String, _ namespace: String?, _ name: String) -> String {
        var object: JSONValue = [
            "apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": ["name": .string(name)],
        ]
        object["metadata", "namespace"] = namespace.map { .string($0) }
        return object.prettyPrinted()
    }

    /// Files as they lie below `resources`, and their contents. `UP` becomes `..` in the archive, which no folder can be called,
    /// and `LONG` the name that is too long for a file.
    private static let files = [
        ("configmaps/namespaces/shop/UP.json", object("v1", "ConfigMap", "shop", "..")),
        ("configmaps/namespaces/shop/..%2F..%2Fescaped.json", object("v1", "ConfigMap", "shop", "..%2F..%2Fescaped")),
        ("configmaps/namespaces/shop/LONG.json", object("v1", "ConfigMap", "shop", long)),
        ("configmaps/namespaces/UP/escaped.json", object("v1", "ConfigMap", "..", "escaped")),
        (
            "clusterroles.rbac.authorization.k8s.io/cluster/UP.json",
            object("rbac.authorization.k8s.io/v1", "ClusterRole", nil, "..")
        ),
        ("escapes/cluster/escaped.json", object("v1", "../../../../escaped", nil, "escaped")),
        ("ups/cluster/escaped.json", object("v1", "..", nil, "escaped")),
        // These are no places of objects.
        ("UP/UP/UP/escaped.json", object("v1", "ConfigMap", nil, "escaped")),
        ("configmaps/namespaces/shop/UP/UP/escaped.json", object("v1", "ConfigMap", "shop", "escaped")),
    ]
    private static let objects = 7

    private static func pack(_ folder: String) async throws -> String {
        for (path, text) in files {
            let whole = "\(folder)/tree/resources/\(path)"
            let parent = whole.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            #expect(FileManager.default.createFile(atPath: whole, contents: Data(text.utf8)), "\(path)")
        }
        let archive = "\(folder)/hostile.tar.gz"
        let result = try await Subprocess.run(
            .path("/usr/bin/env"),
            arguments: [
                "tar", "-P", "--format", "pax", "-czf", "\(archive)", "-C", "\(folder)/tree", "--transform",
                "s,UP,..,g;s,LONG,\(long),", "resources",
            ],
            output: .discarded,
            error: .string(limit: 1 << 16)
        )
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
        try FileManager.default.removeItem(atPath: "\(folder)/tree")
        return archive
    }

    /// Everything below a folder that is no folder itself and not of the repository.
    private static func found(in folder: String) throws -> Set<String> {
        Set(
            try FileManager.default.subpathsOfDirectory(atPath: folder)
                .filter { path in
                    var isFolder = false
                    _ = FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder)
                    return !isFolder && !path.contains("/repository/")
                }
        )
    }

    @Test func `C127: are imported and exported without leaving it`() async throws {
        let outside = try LifeboatProgram()
        defer { outside.remove() }
        // Deep enough that a name with some steps up would still be found.
        let inside = "\(outside.folder)/a/b/c/d"
        try FileManager.default.createDirectory(atPath: inside, withIntermediateDirectories: true)
        let program = LifeboatProgram(folder: inside)
        let archive = try await Self.pack(inside)
        #expect(try await program.run("init").status == 0)
        let before = try Self.found(in: outside.folder)
        let imported = try await program.run("import", "velero", archive)
        #expect(try imported.json["objects"]?.int == Self.objects, "\(imported.output) \(imported.errors)")
        #expect(try Self.found(in: outside.folder) == before)
        let exported = try await program.run("export", "latest", "--to", "\(inside)/export")
        #expect(exported.status == 0, "\(exported.errors)")
        let new = try Self.found(in: outside.folder).subtracting(before)
        #expect(new.count == Self.objects, "\(new)")
        #expect(new.allSatisfy { $0.hasPrefix("a/b/c/d/export/") }, "\(new)")
        // What a file is called can be read back from its content.
        for path in new {
            let text = try String(contentsOfFile: "\(outside.folder)/\(path)", encoding: .utf8)
            #expect(try YAMLDocuments.parse(text, source: path).count == 1)
        }
        #expect(try await program.run("check", "--read-data").status == 0)
    }
}
