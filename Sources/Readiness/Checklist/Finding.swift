package import KubernetesObjects

/// One thing that a check found wrong: what, where and what to do.
package struct Finding: Sendable {
    package enum Level: String, Sendable {
        case failure = "fail"
        /// Worth a person's look, but it does not fail the check.
        case warning = "warn"
    }

    package let level: Level
    /// nil when it concerns the cluster as a whole.
    package let object: ObjectIdentity?
    /// A JSON pointer to the field; empty for the object as a whole.
    package let path: String
    /// Never holds a value of a Secret.
    package let message: String
    /// Which of a check's demands it is about, so that two findings at one place stay two.
    let aspect: String

    package init(
        _ level: Level,
        _ object: ObjectIdentity?,
        _ message: String,
        path: String = "",
        aspect: String = ""
    ) {
        self.level = level
        self.object = object
        self.message = message
        self.path = path
        self.aspect = aspect
    }

    /// Names the same trouble in two runs; the message may carry numbers that differ.
    var key: String {
        let place = object.map { "\($0)" } ?? ""
        let text = object == nil || (path.isEmpty && aspect.isEmpty) ? message : ""
        return "\(place)#\(path)#\(aspect)#\(text)"
    }

    package var json: JSONValue {
        var value: JSONValue = ["level": .string(level.rawValue), "message": .string(message)]
        if let object { value["object"] = .string(object.description) }
        if !path.isEmpty { value["path"] = .string(path) }
        return value
    }
}
