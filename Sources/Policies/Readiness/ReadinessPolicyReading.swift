import KubernetesObjects

extension PolicyNode {
    /// Reads the spec of a ReadinessPolicy.
    func readinessPolicy(named name: String, at location: SourceLocation) -> ReadinessPolicy? {
        fields { fields in
            var policy = ReadinessPolicy(name: name)
            policy.location = location
            for (row, node) in fields.optional("rows")?.orderedMembers ?? [] {
                guard let section = ReadinessSection(rawValue: row), !section.isArea else {
                    let names = ReadinessSection.rows.map(\.rawValue)
                    let meant = EditDistance.suggestion(for: row, among: names).map { "; did you mean “\($0)”?" } ?? ""
                    node.report("“\(row)” is no row of the checklist\(meant)")
                    continue
                }
                policy.rows[section] = node.choice()
            }
            policy.attestations = fields.optional("attestations")?.elements?.compactMap(\.attestation) ?? []
            policy.exemptions = fields.optional("exemptions")?.elements?.compactMap(\.exemption) ?? []
            for (id, node) in fields.optional("parameters")?.orderedMembers ?? [] {
                if !node.isMapping { node.report("must be a mapping of parameters") }
                policy.parameters[id] = node.json
            }
            return policy
        }
    }

    private var attestation: ReadinessPolicy.Attestation? {
        fields { fields -> ReadinessPolicy.Attestation? in
            let section: ReadinessSection? = fields.required("row")?.choice()
            let attestation = (
                component: fields.string("component"), statement: fields.requiredString("statement"),
                owner: fields.requiredString("owner"), reference: fields.string("reference"),
                until: fields.required("until")?.lastMoment
            )
            guard let section, let until = attestation.until else { return nil }
            return ReadinessPolicy.Attestation(
                section: section,
                component: attestation.component,
                statement: attestation.statement,
                owner: attestation.owner,
                reference: attestation.reference,
                until: until,
                location: location
            )
        } ?? nil
    }

    private var exemption: ReadinessPolicy.Exemption? {
        fields { fields -> ReadinessPolicy.Exemption? in
            func pattern(_ name: String) -> NamePattern? { fields.string(name).map { NamePattern($0) } }
            let check = fields.requiredString("check")
            let place = (namespace: pattern("namespace"), kind: pattern("kind"), name: pattern("name"))
            let (reason, owner) = (fields.requiredString("reason"), fields.requiredString("owner"))
            guard let until = fields.required("until")?.lastMoment else { return nil }
            return ReadinessPolicy.Exemption(
                check: NamePattern(check),
                namespace: place.namespace,
                kind: place.kind,
                name: place.name,
                reason: reason,
                owner: owner,
                until: until,
                location: location
            )
        } ?? nil
    }

    /// The end of a day that is written `2027-01-31`.
    private var lastMoment: Timestamp? {
        guard let text = scalarText else { return nil }
        if text.utf8.count == 10, let moment = try? Timestamp(parsing: "\(text)T23:59:59Z") { return moment }
        report("“\(text)” is no day; write it as 2027-01-31")
        return nil
    }
}
