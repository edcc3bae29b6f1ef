package import ArgumentParser
internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies
internal import Restore

/// `lifeboat restore`: plans and applies.
package struct RestoreCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Rebuild a cluster from a snapshot.",
        discussion: """
            Objects that exist and differ are left alone unless --conflict says otherwise. Nothing is deleted. --dry-run prints the verdict \
            on every object and changes nothing. A second run continues where the first one stopped.
            """
    )

    @Argument(help: "Snapshot: latest, or the first characters of an id.")
    package var snapshot: String

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
        name: [.customLong("resource")],
        help: "Only this resource (or glob), such as deployments.apps; may be given several times."
    )
    package var resources: [String] = []

    @Option(name: [.short, .long], help: "Only objects with these labels, as kubectl takes them.")
    package var selector: String?

    @Flag(help: "Show the plan and change nothing.")
    package var dryRun = false

    @Option(help: "The newest snapshot that is not younger than this time (RFC 3339).")
    package var at: String?

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

    @Option(
        name: [.customShort("n"), .customLong("namespace")],
        help: "Only this namespace (or glob); may be given several times."
    )
    package var namespaces: [String] = []

    @Option(help: "What to do with objects that exist and differ: skip, fail, merge, apply, replace or recreate.")
    package var conflict: String?

    @Option(help: "RestorePolicy document.")
    package var policy: String?

    @OptionGroup package var cluster: ClusterOptions
    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let policy = try loadPolicy()
        let time = try at.map { try Timestamp(parsing: $0) }
        let opened = try repository.open()
        let reader = try opened.reader(opened.snapshot(snapshot, at: time))
        let client = try cluster.connect(output)
        defer { client.close() }
        let run = RestoreRun(
            client: client,
            reader: reader,
            policy: policy,
            logger: CommandLogging.logger(),
            now: { SystemClock.now() }
        )
        let options = output
        options.progress("planning")
        let plan = try await run.plan()
        Terminal.clearProgress()
        if dryRun {
            try output.print(plan.json) { RestoreText.text(plan) }
            return
        }
        for line in RestoreText.obstacles(plan) { options.note(line) }
        let result = try await run.apply(plan) { options.progress("restored \($0.done) of \($0.total) objects") }
        Terminal.clearProgress()
        try output.print(ResourceUsage.added(to: result.json)) { RestoreText.text(result) }
        guard result.isComplete else { throw StatusOnly(.incomplete) }
    }

    private func loadPolicy() throws -> RestorePolicy {
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
}
