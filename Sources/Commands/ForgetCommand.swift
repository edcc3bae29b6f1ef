package import ArgumentParser
internal import Archive
internal import KubernetesObjects
internal import Policies

/// `lifeboat forget`: lets snapshots go by rules or by name.
package struct ForgetCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Let snapshots go, by the rules of a retention or by name.",
        discussion: """
            A snapshot that any rule keeps is kept; the rules are for the snapshots of each cluster and policy, and count complete ones only. \
            The last complete snapshot of a cluster and policy never goes, nor the last that a check or a drill verified, nor one with the tag \
            lifeboat.dr/pin. A forgotten snapshot is not \
            listed any more; --prune, or `lifeboat prune` later, gives its space back. A snapshot that `lifeboat check` names as \
            lost is given up by its id. Needs the passphrase: it takes a reader to see which snapshots are complete and pinned, and a \
            maintainer to forget.
            """
    )

    @Argument(help: "Forget these snapshots, by the beginning of their ids, and no others.")
    package var snapshots: [String] = []

    @OptionGroup package var rules: RetentionOptions

    @Option(help: "Only snapshots of the cluster with this name.")
    package var cluster: String?

    @Flag(help: "Then reclaim space, as `lifeboat prune` does.")
    package var prune = false

    @OptionGroup package var collection: CollectionOptions

    @Flag(help: "Forget the snapshots that are named also when they are pinned.")
    package var pinned = false

    @Flag(
        help:
            "Forget the snapshots that are named also when they are the last ones, if a check finds them damaged: what is left of them is given up."
    )
    package var damaged = false

    @Flag(help: "Show what is kept and why, and forget nothing.")
    package var dryRun = false

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package mutating func validate() throws {
        guard snapshots.isEmpty || rules.isEmpty else {
            throw ValidationError(
                "Rules choose snapshots by themselves: give either rules, or snapshots (\(snapshots[0]))."
            )
        }
        guard !snapshots.isEmpty || !rules.isEmpty else {
            throw ValidationError("Give rules such as --keep-daily 14, or --policy FILE, or the snapshots to forget.")
        }
        guard snapshots.allSatisfy({ $0.utf8.count >= 4 }) else {
            throw ValidationError("Name a snapshot to forget by at least four characters of its id.")
        }
        guard snapshots.isEmpty || cluster == nil else {
            throw ValidationError("--cluster goes with rules; snapshots that are named need none.")
        }
        guard !(pinned || damaged) || !snapshots.isEmpty else {
            throw ValidationError("--pinned and --damaged go with the snapshots to forget, and not with rules.")
        }
        guard !prune || !dryRun else {
            throw ValidationError("--dry-run forgets nothing, so nothing could be pruned; leave --prune out.")
        }
        guard prune || collection.isEmpty else { throw ValidationError("--grace and --max-unused go with --prune.") }
    }

    package func run() async throws {
        let retention = snapshots.isEmpty ? try rules.retention() : nil
        let collectionRules = try collection.rules()
        let opened = try repository.open()
        try repository.noteUntrusted(opened)
        let described = try opened.describedSnapshots()
        let lost = try lostSnapshots(opened, described.map(\.snapshot.id))
        let named = snapshots.filter { lost[$0] == nil }
        // To give up what is lost takes no proofs of what is there.
        let isWeighed = retention != nil || !named.isEmpty
        let candidates =
            isWeighed
            ? try RetentionCandidates(clusterName: cluster, policy: retention?.policyName).select(described, of: opened)
            : []
        let (kept, removed, hurt) = try decide(candidates, retention?.rules, opened, named: named)
        let forgotten = Set(removed.map(\.id))
        if !dryRun {
            try opened.forget(
                described.map(\.snapshot).filter { forgotten.contains($0.id) },
                decidedBy: described.filter { !hurt.contains($0.snapshot.id) }
            )
            try opened.forget(lost: Set(lost.values).sorted())
        }
        let report = prune ? try opened.collect(collectionRules) : nil
        var json: JSONValue = [
            "schemaVersion": "lifeboat.dr/v1", "dryRun": .bool(dryRun),
            "kept": .array(
                kept.map {
                    ["id": .string($0.candidate.id), "reasons": .array($0.reasons.map { .string($0) })]
                }
            ),
            "removed": .array((removed.map(\.id) + Set(lost.values).sorted()).map { .string($0) }), "bytesFreed": 0,
        ]
        for (key, value) in report.map(CollectionText.fields) ?? [] { json[key] = value }
        try output.print(json) {
            ([text(kept, removed)].filter { !$0.isEmpty }
                + Set(lost.values).sorted().map { "\($0.prefix(12)): lost, and given up." }
                + (report.map { CollectionText.text($0, isDryRun: false) } ?? []))
                .joined(separator: "\n")
        }
        guard report?.isSound ?? true else { throw StatusOnly(.incomplete) }
    }

    /// Snapshots that were named and of which the manifest is lost or damaged, by the reference.
    private func lostSnapshots(_ opened: Repository, _ known: [String]) throws -> [String: String] {
        let unknown = snapshots.filter { reference in !known.contains { $0.hasPrefix(reference.lowercased()) } }
        guard !unknown.isEmpty else { return [:] }
        let lost = try opened.lostSnapshots()
        var found: [String: String] = [:]
        for reference in unknown where reference.count >= 8 {
            let matches = lost.filter { $0.hasPrefix(reference.lowercased()) }
            if matches.count == 1 { found[reference] = matches[0] }
        }
        return found
    }

    /// - Returns: what stays and why, what goes, and what goes although it is the last one of its kind, because it is damaged.
    private func decide(
        _ candidates: [RetentionPlan.Candidate],
        _ rules: RetentionPolicy?,
        _ opened: Repository,
        named references: [String]
    ) throws -> (kept: [RetentionPlan.Kept], removed: [RetentionPlan.Candidate], hurt: Set<String>) {
        if let rules {
            let plan = RetentionPlan(rules, candidates, now: SystemClock.now())
            return (plan.kept, plan.removed, [])
        }
        let named = Set(try references.map { try opened.snapshot($0).id })
        var protected = RetentionPlan.protected(named, of: candidates, ignoresPins: pinned, now: SystemClock.now())
        var hurt: Set<String> = []
        if damaged, !protected.isEmpty {
            hurt = Set(try opened.check(.structure).problems.flatMap(\.snapshots)).intersection(named)
            protected.removeAll { kept in
                hurt.contains(kept.candidate.id) && (pinned || !kept.candidate.tags.contains(RetentionPlan.pin))
            }
        }
        if let first = protected.first {
            throw LifeboatError(
                .forgetRefused,
                "snapshot \(first.candidate.id.prefix(12)) is not forgotten: \(first.reasons.joined(separator: ", "))",
                remedy:
                    "leave it out; for the last one, take another backup first, for the last verified one `lifeboat check --read-data` after it, for a damaged one of which nothing is to be restored give --damaged, for a pinned one --pinned"
            )
        }
        return ([], candidates.filter { named.contains($0.id) }, hurt)
    }

    private func text(_ kept: [RetentionPlan.Kept], _ removed: [RetentionPlan.Candidate]) -> String {
        var table = Table("ID", "TAKEN AT", "", "WHY")
        for snapshot in kept {
            table.add(
                String(snapshot.candidate.id.prefix(12)),
                "\(snapshot.candidate.takenAt)",
                "keep",
                snapshot.reasons.joined(separator: ", ")
            )
        }
        for snapshot in removed {
            table.add(String(snapshot.id.prefix(12)), "\(snapshot.takenAt)", "forget", "")
        }
        let done = dryRun ? "would be forgotten; nothing was changed" : "forgotten"
        let counts = "\(kept.count) kept, \(removed.count) \(done)."
        if kept.isEmpty, removed.isEmpty { return snapshots.isEmpty ? "No snapshots." : "" }
        return "\(table.text)\n\(counts)"
    }
}
