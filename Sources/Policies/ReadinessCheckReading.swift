import KubernetesObjects

extension PolicyNode {
    /// Reads the spec of a ReadinessCheck; the document's name is the check's id.
    func readinessCheck(named name: String, at location: SourceLocation) -> ReadinessCheck? {
        fields { fields in
            let row: ReadinessRow? = fields.choice("row")
            let area: ReadinessArea? = fields.choice("area")
            if fields.optional("row") == nil, fields.optional("area") == nil {
                fields.report("a check belongs to a “row” of the checklist or to an “area”; both are missing")
            }
            let parameters = fields.optional("parameters")
            if let parameters, !parameters.isMapping { parameters.report("must be a mapping") }
            let severity: ReadinessCheck.Severity? = fields.required("severity")?.choice()
            return ReadinessCheck(
                id: name,
                row: row,
                area: area,
                severity: severity ?? .info,
                title: fields.requiredString("title"),
                why: fields.requiredString("why"),
                remedy: fields.requiredString("remedy"),
                documentation: fields.string("documentation"),
                builtin: fields.requiredString("builtin"),
                parameters: parameters?.json ?? [:],
                location: location
            )
        }
    }
}
