import KubernetesObjects

/// The conditions of a status: one of each type, whose transition time moves only with its status.
enum Conditions {
    static func set(
        _ conditions: inout [JSONValue],
        type: String,
        status: Bool,
        reason: String,
        message: String,
        now: Timestamp,
        extra: [String: JSONValue] = [:]
    ) {
        let text: JSONValue = status ? "True" : "False"
        var condition: JSONValue = [
            "type": .string(type), "status": text, "lastTransitionTime": .string("\(now)"),
        ]
        if !reason.isEmpty { condition["reason"] = .string(reason) }
        if !message.isEmpty { condition["message"] = .string(message) }
        for (key, value) in extra.sorted(by: { $0.key < $1.key }) { condition[key] = value }
        guard let index = conditions.firstIndex(where: { $0.text("type") == type }) else {
            conditions.append(condition)
            return
        }
        let previous = conditions[index]
        if previous["status"] == text {
            condition["lastTransitionTime"] = previous["lastTransitionTime"] ?? condition["lastTransitionTime"]
            for key in extra.keys { condition[key] = previous[key] ?? condition[key] }
        }
        conditions[index] = condition
    }

    /// Sets one condition of an object's status.
    static func set(
        in object: inout JSONValue,
        type: String,
        status: Bool,
        reason: String,
        message: String,
        now: Timestamp,
        extra: [String: JSONValue] = [:]
    ) {
        var conditions = object.elements("status", "conditions")
        set(&conditions, type: type, status: status, reason: reason, message: message, now: now, extra: extra)
        object["status", "conditions"] = .array(conditions)
    }

    /// Whether a condition holds.
    static func holds(_ type: String, in object: JSONValue) -> Bool {
        object.elements("status", "conditions").contains { $0.text("type") == type && $0["status"] == "True" }
    }
}
