package import KubernetesObjects
package import Policies

/// The production readiness checklist: checks as data, evaluated on the objects of a snapshot or of a cluster.
package struct ReadinessChecklist: Sendable {
    package let checks: [ReadinessCheck]
    package let catalogue: ComponentCatalogue
    package let policy: SitePolicy

    /// - Throws: `policy.invalid` when a check names a builtin that does not exist, or a parameter that its builtin does not read.
    package init(checks: [ReadinessCheck], catalogue: ComponentCatalogue, policy: SitePolicy = SitePolicy())
        throws(LifeboatError)
    {
        let checks = checks.flatMap(\.forEachSection).map(policy.configure)
        for check in checks {
            guard let builtin = check.builtin, ReadinessBuiltins.all[builtin] == nil else { continue }
            throw LifeboatError(
                .policyInvalid,
                "\(check.location): the check \(check.id) names the builtin “\(builtin)”, which does not exist",
                remedy: "use one of \(ReadinessBuiltins.names.joined(separator: ", "))"
            )
        }
        for check in checks {
            guard let builtin = check.builtin else { continue }
            let known = ReadinessBuiltins.parameters[builtin] ?? []
            guard let unknown = check.parameters.object?.keys.first(where: { !known.contains($0) }) else { continue }
            throw LifeboatError(
                .policyInvalid,
                "\(check.location): the check \(check.id) has the parameter “\(unknown)”, which \(builtin) does not read",
                remedy: known.isEmpty ? "it reads none" : "it reads \(known.sorted().joined(separator: ", "))"
            )
        }
        self.checks = checks
        self.policy = policy
        self.catalogue = catalogue
    }

    /// The checklist of a policy folder: its ReadinessChecks, and the component catalogues that stand beside them.
    package static func load(folder: String) throws(LifeboatError) -> ReadinessChecklist {
        let set: PolicySet
        do throws(PolicyErrors) {
            set = try PolicySet.load(folder: folder)
        } catch {
            throw error.lifeboatError
        }
        let policy = SitePolicy(set.readiness)
        let catalogue = try ComponentCatalogue.load(folder: folder)
        let checklist = try ReadinessChecklist(checks: set.checks, catalogue: catalogue, policy: policy)
        try policy.validate(Set(checklist.checks.map(\.id)))
        return checklist
    }

    /// The same checklist with only the checks whose ids are wanted.
    package func selecting(_ isWanted: (String) -> Bool) throws(LifeboatError) -> ReadinessChecklist {
        try ReadinessChecklist(checks: checks.filter { isWanted($0.id) }, catalogue: catalogue, policy: policy)
    }

    /// The same checklist, with other values for some of the parameters of a check.
    func setting(_ parameters: JSONObject, of id: String) throws(LifeboatError) -> ReadinessChecklist {
        let checks = checks.map { check in
            guard check.id == id else { return check }
            var copy = check
            for member in parameters.members { copy.parameters[member.key] = member.value }
            return copy
        }
        return try ReadinessChecklist(checks: checks, catalogue: catalogue, policy: policy)
    }

    /// Runs every check.
    ///
    /// - Parameter reference: the snapshot that the cluster should be like; checks that compare are skipped without one.
    /// - Parameter probes: the answers of other servers; checks that need them are not tested without.
    package func evaluate(
        _ inventory: ObjectInventory,
        reference: ObjectInventory? = nil,
        probes: [String: ProbeAnswer]? = nil,
        now: Timestamp
    ) -> ChecklistResult {
        let components = ComponentDetector(inventory).detect(catalogue)
        let before = reference.map { ComponentDetector($0).detect(catalogue) } ?? []
        let facts = inventory.facts
        let exemptions = policy.exemptions.filter { $0.until >= now }
        let outcomes = checks.map { check in
            let context = CheckContext(
                inventory: inventory,
                check: check,
                components: components,
                now: now,
                reference: reference,
                referenceComponents: before,
                probes: probes,
                clusterFacts: facts
            )
            return CheckOutcome(check, Self.examine(context), exemptions: exemptions)
        }
        return ChecklistResult(
            source: inventory.source,
            takenAt: now,
            components: components,
            traces: ComponentTrace.all(of: catalogue, without: components, in: inventory),
            outcomes: outcomes,
            policy: policy
        )
    }

    private static func examine(_ context: CheckContext) -> Examination {
        do throws(UnreadableKind) {
            if let missing = missingNeed(context) {
                // What is about nothing that is there need not be said to be untested.
                if case .notTested = missing.ending, case .rule(let rule) = context.check.test,
                    try RuleRun(rule: rule, context: context).hasNoSubjects
                {
                    return .nothingToLookAt
                }
                return missing
            }
            let examination: Examination
            switch context.check.test {
            case .rule(let rule): examination = try RuleRun(rule: rule, context: context).examine()
            case .builtin(let name):
                guard let builtin = ReadinessBuiltins.all[name] else {
                    return .unknown("the builtin “\(name)” does not exist")
                }
                examination = try builtin(context)
            }
            if case .looked = examination.ending, examination.examined == 0, examination.findings.isEmpty {
                return .nothingToLookAt
            }
            return examination
        } catch {
            return .unknown("\(error.kind) could not be read: \(error.reason)")
        }
    }

    /// Why a check cannot be asked here at all.
    private static func missingNeed(_ context: CheckContext) -> Examination? {
        let needs = context.check.needs
        if needs.contains(.snapshot), context.reference == nil {
            return .notApplicable("there is no snapshot to compare with")
        }
        if needs.contains(.cluster), context.inventory.served == nil {
            return .notTested("a snapshot does not show it")
        }
        if needs.contains(.network), context.probes == nil {
            // Whoever does not ask for them knows it, so that the row is no less certain.
            return .notApplicable("requests to other servers were not asked for (--probe)")
        }
        guard needs.contains(.nodes) else { return nil }
        do throws(UnreadableKind) {
            return try context.inventory.runsWorkloads() ? nil : .withoutNodes
        } catch {
            return .unknown("\(error.kind) could not be read: \(error.reason)")
        }
    }
}

extension ReadinessCheck {
    /// A check for all sections becomes one check for each, with the section in its id.
    fileprivate var forEachSection: [ReadinessCheck] {
        guard section == nil else { return [self] }
        return ReadinessSection.allCases.map { section in
            var copy = self
            copy.section = section
            copy.id = "\(section.rawValue).\(id)"
            return copy
        }
    }
}
