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

    @Flag(help: "Also bring back Pods and Jobs that have ended, which runs them again.")
    package var includeFinished = false

    @Flag(
        help:
            "Seal SealedSecrets of mapped namespaces anew with the cluster's certificate, instead of restoring their Secrets."
    )
    package var reseal = false

    @Option(help: "Use the storage class B in place of A: A=B; may be given several times.")
    package var storageClassMapping: [String] = []

    @Option(help: "Use the ingress class B in place of A: A=B; may be given several times.")
    package var ingressClassMapping: [String] = []

    @Option(help: "Take images of the registry A from B: A=B; may be given several times.")
    package var imageRegistryMapping: [String] = []

    @Option(help: "Serve the host A, and all below it, as B: A=B; may be given several times.")
    package var hostMapping: [String] = []

    @Option(
        help: """
            What to do with objects that exist and differ: skip, fail, merge, apply, replace or recreate; for some resources \
            RESOURCE=RULE, such as configmaps=merge; may be given several times.
            """
    )
    package var conflict: [String] = []

    @Flag(
        help:
            "Delete what the snapshot does not have, of the resources and namespaces that it has; see --confirm-deletions."
    )
    package var prune = false

    @Flag(
        help:
            "With --prune: also namespaces, definitions, claims, volumes and their snapshots, and all that goes with them."
    )
    package var pruneWithData = false

    @Flag(help: "Wait until the restored workloads are ready; those that are late are failures.")
    package var wait = false

    @Option(help: "How long to wait, such as 90s or 10m (which is the default).")
    package var waitTimeout: String?

    @Flag(help: "Write into an annotation of each created object which snapshot it is from: lifeboat.dr/restored-from.")
    package var annotate = false

    @Flag(help: "Tell the cluster about the restore by events, one a namespace and one a failure.")
    package var events = false

    @Flag(help: "Run the hooks that Velero's annotations put on Pods, beside those of the policy.")
    package var veleroHooks = false

    @Flag(
        help: "Run the commands of hooks also in Pods of unchanged objects, such as after a restore that was cut off."
    )
    package var repeatHooks = false

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
        for text in conflict.reversed() {
            if let (resource, rule) = text.splitOnce("=") {
                let one = ResourceConflictRule(resources: [NamePattern(resource)], rule: try Self.rule(rule))
                chosen.conflictRules.insert(one, at: 0)
            } else {
                chosen.conflict = try Self.rule(text)
            }
        }
        if prune || pruneWithData { chosen.prune = pruneWithData ? .extraWithData : .extra }
        if includeFinished { chosen.restoresFinished = true }
        if reseal { chosen.resealsSecrets = true }
        if annotate { chosen.annotatesObjects = true }
        if events { chosen.recordsEvents = true }
        if veleroHooks { chosen.takesVeleroHooks = true }
        if repeatHooks { chosen.repeatsHooks = true }
        if wait || waitTimeout != nil { chosen.readiness.isWanted = true }
        if let waitTimeout {
            guard let seconds = DurationText.parse(waitTimeout) else {
                throw LifeboatError(.usage, "“\(waitTimeout)” is no duration", remedy: "write it as 90s, 10m or 1h")
            }
            chosen.readiness.timeoutSeconds = seconds
        }
        return chosen
    }

    private static func rule(_ text: String) throws -> ConflictRule {
        guard let rule = ConflictRule(rawValue: text) else {
            throw LifeboatError(
                .usage,
                "“\(text)” is no conflict rule",
                remedy: "choose one of \(ConflictRule.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return rule
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

    /// Whether nothing but pruning was asked for.
    var isWhole: Bool {
        Self.lists.allSatisfy { self[keyPath: $0.path].isEmpty }
            && [selector, policy].allSatisfy { $0 == nil }
            && !withDependencies
    }

    // MARK: In a plan's file

    private static var lists: [(name: String, path: WritableKeyPath<RestoreOptions, [String]>)] {
        [
            ("objects", \.objects), ("namespaces", \.namespaces), ("resources", \.resources),
            ("namespaceMapping", \.namespaceMapping), ("storageClassMapping", \.storageClassMapping),
            ("ingressClassMapping", \.ingressClassMapping), ("imageRegistryMapping", \.imageRegistryMapping),
            ("hostMapping", \.hostMapping), ("conflict", \.conflict),
        ]
    }
    private static var texts: [(name: String, path: WritableKeyPath<RestoreOptions, String?>)] {
        [
            ("selector", \.selector), ("waitTimeout", \.waitTimeout), ("policy", \.policy),
        ]
    }
    private static var flags: [(name: String, path: WritableKeyPath<RestoreOptions, Bool>)] {
        [
            ("withDependencies", \.withDependencies), ("prune", \.prune), ("pruneWithData", \.pruneWithData),
            ("wait", \.wait), ("annotate", \.annotate), ("reseal", \.reseal), ("includeFinished", \.includeFinished),
            ("events", \.events), ("veleroHooks", \.veleroHooks), ("repeatHooks", \.repeatHooks),
        ]
    }

    /// The request as a plan's file keeps it, with the digest of the policy document.
    func json() throws -> JSONValue {
        var json: JSONValue = [:]
        for (name, path) in Self.lists where !self[keyPath: path].isEmpty {
            json[name] = .array(self[keyPath: path].map { .string($0) })
        }
        for (name, path) in Self.texts { if let text = self[keyPath: path] { json[name] = .string(text) } }
        for (name, path) in Self.flags where self[keyPath: path] { json[name] = true }
        if let policy { json["policySHA256"] = .string(try Self.digest(policy)) }
        return json
    }

    /// - Throws: `restore.refused` when the policy document is another than the one that the plan was made with.
    mutating func take(_ json: JSONValue) throws {
        for (name, path) in Self.lists { self[keyPath: path] = json[name]?.array?.compactMap(\.string) ?? [] }
        for (name, path) in Self.texts { self[keyPath: path] = json[name]?.string }
        for (name, path) in Self.flags { self[keyPath: path] = json[name]?.bool ?? false }
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
