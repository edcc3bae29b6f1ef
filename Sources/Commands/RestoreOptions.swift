package import ArgumentParser
internal import Drills
internal import FoundationEssentials
internal import KubernetesObjects
internal import Policies

/// What a restore brings back, and how: the options of `lifeboat restore` that make its policy.
package struct RestoreOptions: ParsableArguments {
    @Argument(
        help:
            "Only these objects, with all that they own, such as deployment/web or configmaps/web-*; -n names their namespace."
    )
    package var objects: [String] = []

    @Flag(
        help:
            "Also bring back what the objects need: accounts and their rights, ConfigMaps, Secrets, claims, classes, definitions."
    )
    package var withDependencies = false

    @Option(
        name: [.customShort("n"), .customLong("namespace")],
        help: "Only this namespace (or glob); may be given several times."
    )
    package var namespaces: [String] = []

    @Option(
        name: [.customLong("resource")],
        help: "Only this resource (or glob), such as deployments.apps; may be given several times."
    )
    package var resources: [String] = []

    @Option(name: [.customShort("l"), .long], help: "Only objects with these labels, as kubectl takes them.")
    package var selector: String?

    @Option(help: "Restore the namespace A as B: A=B; may be given several times.")
    package var namespaceMapping: [String] = []

    @Option(help: "Use the storage class B in place of A: A=B; may be given several times.")
    package var storageClassMapping: [String] = []

    @Option(help: "Use the ingress class B in place of A: A=B; may be given several times.")
    package var ingressClassMapping: [String] = []

    @Option(help: "Take images of the registry A from B: A=B; may be given several times.")
    package var imageRegistryMapping: [String] = []

    @Option(help: "Serve the host A, and all below it, as B: A=B; may be given several times.")
    package var hostMapping: [String] = []

    @Option(help: "What to do with objects that exist and differ: skip, fail, merge, apply, replace or recreate.")
    package var conflict: String?

    @Option(help: "RestorePolicy document.")
    package var policy: String?

    package init() {}

    // MARK: The policy

    func restorePolicy() throws -> RestorePolicy {
        var chosen = try policy.map { try PolicyFile.restore($0) } ?? RestorePolicy(name: "standard")
        if !namespaces.isEmpty { chosen.selection.includedNamespaces = namespaces.map { NamePattern($0) } }
        for text in objects {
            guard let choice = ObjectChoice(parsing: text) else {
                throw LifeboatError(.usage, "“\(text)” is no object", remedy: "write it as KIND/NAME")
            }
            chosen.objects.append(choice)
        }
        if withDependencies { chosen.withDependencies = true }
        if !resources.isEmpty { chosen.selection.includedResources = resources.map { NamePattern($0) } }
        if let selector { chosen.selection.labelSelector = try LabelSelector(parsing: selector) }
        try Self.add(namespaceMapping, to: &chosen.namespaceMapping, "namespace")
        try Self.add(storageClassMapping, to: &chosen.mappings.storageClasses, "storage class")
        try Self.add(ingressClassMapping, to: &chosen.mappings.ingressClasses, "ingress class")
        try Self.add(imageRegistryMapping, to: &chosen.mappings.imageRegistries, "image registry")
        try Self.add(hostMapping, to: &chosen.mappings.hosts, "host")
        if let conflict {
            guard let rule = ConflictRule(rawValue: conflict) else {
                throw LifeboatError(
                    .usage,
                    "“\(conflict)” is no conflict rule",
                    remedy: "choose one of \(ConflictRule.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
            chosen.conflict = rule
        }
        return chosen
    }

    /// Adds mappings of the command line, which go before those of the policy.
    private static func add(_ texts: [String], to mapping: inout [String: String], _ what: String) throws {
        for text in texts {
            guard let (from, to) = text.splitOnce("="), !from.isEmpty, !to.isEmpty else {
                throw LifeboatError(.usage, "“\(text)” is no mapping of a \(what)", remedy: "write it as OLD=NEW")
            }
            mapping[from] = to
        }
    }

    // MARK: In a plan's file

    private static var lists: [(name: String, path: WritableKeyPath<RestoreOptions, [String]>)] {
        [
            ("objects", \.objects), ("namespaces", \.namespaces), ("resources", \.resources),
            ("namespaceMapping", \.namespaceMapping), ("storageClassMapping", \.storageClassMapping),
            ("ingressClassMapping", \.ingressClassMapping), ("imageRegistryMapping", \.imageRegistryMapping),
            ("hostMapping", \.hostMapping),
        ]
    }
    private static var texts: [(name: String, path: WritableKeyPath<RestoreOptions, String?>)] {
        [
            ("selector", \.selector), ("conflict", \.conflict), ("policy", \.policy),
        ]
    }

    /// The request as a plan's file keeps it, with the digest of the policy document.
    func json() throws -> JSONValue {
        var json: JSONValue = [:]
        for (name, path) in Self.lists where !self[keyPath: path].isEmpty {
            json[name] = .array(self[keyPath: path].map { .string($0) })
        }
        for (name, path) in Self.texts { if let text = self[keyPath: path] { json[name] = .string(text) } }
        if withDependencies { json["withDependencies"] = true }
        if let policy { json["policySHA256"] = .string(try Self.digest(policy)) }
        return json
    }

    /// - Throws: `restore.refused` when the policy document is another than the one that the plan was made with.
    mutating func take(_ json: JSONValue) throws {
        for (name, path) in Self.lists { self[keyPath: path] = json[name]?.array?.compactMap(\.string) ?? [] }
        for (name, path) in Self.texts { self[keyPath: path] = json[name]?.string }
        withDependencies = json["withDependencies"]?.bool ?? false
        guard let policy, try Self.digest(policy) != json["policySHA256"]?.string else { return }
        throw LifeboatError(
            .restoreRefused,
            "\(policy) was changed since the plan was made",
            remedy: "look at a new plan, and apply that"
        )
    }

    private static func digest(_ path: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw LifeboatError(.usage, "\(path) cannot be read", remedy: "check the path and its permissions")
        }
        return DrillReport.sha256(of: Array(bytes))
    }
}
