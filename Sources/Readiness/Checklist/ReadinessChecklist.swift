package import KubernetesObjects
package import Policies

/// The production readiness checklist: checks as data, evaluated on the objects of a snapshot or of a cluster.
package struct ReadinessChecklist: Sendable {
    package let checks: [ReadinessCheck]
    package let catalogue: ComponentCatalogue

    /// - Throws: `policy.invalid` when a check names a builtin that does not exist, or a parameter that its builtin does not read.
    package init(checks: [ReadinessCheck], catalogue: ComponentCatalogue) throws(LifeboatError) {
        for check in checks where ReadinessBuiltins.all[check.builtin] == nil {
            throw LifeboatError(
                .policyInvalid,
                "\(check.location): the check \(check.id) names the builtin “\(check.builtin)”, which does not exist",
                remedy: "use one of \(ReadinessBuiltins.names.joined(separator: ", "))"
            )
        }
        for check in checks {
            let known = ReadinessBuiltins.parameters[check.builtin] ?? []
            guard let unknown = check.parameters.object?.keys.first(where: { !known.contains($0) }) else { continue }
            throw LifeboatError(
                .policyInvalid,
                "\(check.location): the check \(check.id) has the parameter “\(unknown)”, which \(check.builtin) does not read",
                remedy: known.isEmpty ? "it reads none" : "it reads \(known.sorted().joined(separator: ", "))"
            )
        }
        self.checks = checks
        self.catalogue = catalogue
    }

    /// The checklist of a policy folder: its ReadinessChecks, and the component catalogues that stand beside them.
    package static func load(folder: String) throws(LifeboatError) -> ReadinessChecklist {
        let checks: [ReadinessCheck]
        do throws(PolicyErrors) {
            checks = try PolicySet.load(folder: folder).checks
        } catch {
            throw error.lifeboatError
        }
        return try ReadinessChecklist(checks: checks, catalogue: try ComponentCatalogue.load(folder: folder))
    }

    /// The same checklist with only the checks whose ids are wanted.
    package func selecting(_ isWanted: (String) -> Bool) throws(LifeboatError) -> ReadinessChecklist {
        try ReadinessChecklist(checks: checks.filter { isWanted($0.id) }, catalogue: catalogue)
    }

    /// Runs every check.
    package func evaluate(_ inventory: ObjectInventory, now: Timestamp) -> ChecklistResult {
        let components = ComponentDetector(inventory).detect(catalogue)
        let outcomes = checks.map { check in
            let context = CheckContext(inventory: inventory, check: check, components: components, now: now)
            return CheckOutcome(check, Self.examine(context))
        }
        return ChecklistResult(source: inventory.source, takenAt: now, components: components, outcomes: outcomes)
    }

    private static func examine(_ context: CheckContext) -> Examination {
        guard let builtin = ReadinessBuiltins.all[context.check.builtin] else {
            return .unknown("the builtin “\(context.check.builtin)” does not exist")
        }
        do throws(UnreadableKind) {
            let examination = try builtin(context)
            if case .looked = examination.ending, examination.examined == 0, examination.findings.isEmpty {
                return .notApplicable("there is nothing to look at")
            }
            return examination
        } catch {
            return .unknown("\(error.kind) could not be read: \(error.reason)")
        }
    }
}
