import KubernetesObjects

/// Validation of a value by a structural schema, with the messages of the API server.
struct SchemaValidation {
    var problems = FieldProblems()

    mutating func validate(_ value: JSONValue, _ schema: JSONValue, _ field: String) {
        if value.isNull {
            if schema["nullable"]?.bool != true, schema["type"] != nil {
                problems.wrongType(field, value, schema.text("type"))
            }
            return
        }
        guard hasType(value, schema, field) else { return }
        if let allowed = schema["enum"]?.array, !allowed.contains(value) {
            problems.unsupported(field, value, allowed.map { $0.string ?? FieldProblems.text($0) })
        }
        switch value {
        case .string(let text): validate(text, schema, field)
        case .number: validateNumber(value, schema, field)
        case .array(let elements): validate(elements, schema, field)
        case .object(let object): validate(object, schema, field)
        default: break
        }
        validateCombinations(value, schema, field)
    }

    private mutating func hasType(_ value: JSONValue, _ schema: JSONValue, _ field: String) -> Bool {
        if schema["x-kubernetes-int-or-string"]?.bool == true {
            if value.int != nil || value.string != nil { return true }
            problems.wrongType(field, value, "integer,string")
            return false
        }
        let type = schema.text("type")
        let fits =
            switch type {
            case "string": value.string != nil
            case "integer": value.int != nil || value.double.map { $0.rounded() == $0 } == true
            case "number": value.double != nil
            case "boolean": value.bool != nil
            case "array": value.array != nil
            case "object": value.object != nil
            default: true
            }
        if !fits { problems.wrongType(field, value, type) }
        return fits
    }

    private mutating func validate(_ text: String, _ schema: JSONValue, _ field: String) {
        let length = text.unicodeScalars.count
        if let least = schema["minLength"]?.int, length < least {
            problems.invalid(field, .string(text), "\(field) in body should be at least \(least) chars long")
        }
        if let most = schema["maxLength"]?.int, length > most {
            problems.add("FieldValueTooLong", "Too long: may not be more than \(most) bytes", field)
        }
        // A pattern that Swift cannot read is one that it cannot judge; the API server reads RE2, a subset.
        if let pattern = schema["pattern"]?.string, let regex = try? Regex(pattern),
            !text.ranges(of: regex).contains(where: { _ in true })
        {
            problems.invalid(field, .string(text), "\(field) in body should match '\(pattern)'")
        }
    }

    private mutating func validateNumber(_ value: JSONValue, _ schema: JSONValue, _ field: String) {
        guard let number = value.double else { return }
        if let least = schema["minimum"]?.double {
            let isExclusive = schema["exclusiveMinimum"]?.bool == true
            if number < least || (isExclusive && number == least) {
                let words = isExclusive ? "greater than" : "greater than or equal to"
                problems.invalid(field, value, "\(field) in body should be \(words) \(schema["minimum"]?.lexeme ?? "")")
            }
        }
        if let most = schema["maximum"]?.double {
            let isExclusive = schema["exclusiveMaximum"]?.bool == true
            if number > most || (isExclusive && number == most) {
                let words = isExclusive ? "less than" : "less than or equal to"
                problems.invalid(field, value, "\(field) in body should be \(words) \(schema["maximum"]?.lexeme ?? "")")
            }
        }
        if let step = schema["multipleOf"]?.double, step > 0, (number / step).rounded() != number / step {
            problems.invalid(
                field,
                value,
                "\(field) in body should be a multiple of \(schema["multipleOf"]?.lexeme ?? "")"
            )
        }
    }

    private mutating func validate(_ elements: [JSONValue], _ schema: JSONValue, _ field: String) {
        if let least = schema["minItems"]?.int, elements.count < least {
            problems.invalid(field, .int(elements.count), "\(field) in body should have at least \(least) items")
        }
        if let most = schema["maxItems"]?.int, elements.count > most {
            problems.add("FieldValueTooMany", "Too many: \(elements.count): must have at most \(most) items", field)
        }
        if let items = schema["items"] {
            for (index, element) in elements.enumerated() { validate(element, items, "\(field)[\(index)]") }
        }
        let keys = schema.elements("x-kubernetes-list-map-keys").compactMap(\.string)
        let type = schema.text("x-kubernetes-list-type")
        guard type == "map" || type == "set" else { return }
        var seen: Set<String> = []
        for (index, element) in elements.enumerated() {
            let identity = type == "set" ? element : .array(keys.map { element[$0] ?? .null })
            if !seen.insert(FieldProblems.text(identity)).inserted {
                problems.duplicate("\(field)[\(index)]", element)
            }
        }
    }

    private mutating func validate(_ object: JSONObject, _ schema: JSONValue, _ field: String) {
        let prefix = field.isEmpty ? "" : field + "."
        for name in schema.elements("required").compactMap(\.string) where object[name] == nil {
            problems.required(prefix + name)
        }
        if let least = schema["minProperties"]?.int, object.count < least {
            problems.invalid(field, .int(object.count), "\(field) in body should have at least \(least) properties")
        }
        if let most = schema["maxProperties"]?.int, object.count > most {
            problems.add("FieldValueTooMany", "Too many: \(object.count): must have at most \(most) items", field)
        }
        for member in object.members {
            if let child = schema["properties", member.key] {
                validate(member.value, child, prefix + member.key)
            } else if let additional = schema["additionalProperties"], additional.object != nil {
                validate(member.value, additional, prefix + member.key)
            }
        }
    }

    private mutating func validateCombinations(_ value: JSONValue, _ schema: JSONValue, _ field: String) {
        func isValid(_ schema: JSONValue) -> Bool {
            var trial = SchemaValidation()
            trial.validate(value, schema, field)
            return trial.problems.causes.isEmpty
        }
        for part in schema.elements("allOf") { validate(value, part, field) }
        let name = field.isEmpty ? "<nil>" : field
        if let options = schema["anyOf"]?.array, !options.contains(where: isValid) {
            problems.invalid(field, value, "\"\(name)\" must validate at least one schema (anyOf)")
        }
        if let options = schema["oneOf"]?.array, options.filter(isValid).count != 1 {
            problems.invalid(field, value, "\"\(name)\" must validate one and only one schema (oneOf)")
        }
        if let not = schema["not"], isValid(not) {
            problems.invalid(field, value, "\"\(name)\" must not validate the schema (not)")
        }
    }
}

extension JSONValue {
    /// The text of a number as it was written.
    fileprivate var lexeme: String? {
        if case .number(let lexeme) = self { lexeme } else { nil }
    }
}
