package import KubernetesObjects
package import Logging

/// Writes one JSON object a line, as log collectors read it: `time`, `level`, `logger`, `message` and the metadata.
package struct JSONLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let now: @Sendable () -> Timestamp
    private let write: @Sendable ([UInt8]) -> Void

    /// - Parameter write: takes a whole line with its end; it may be called from several threads.
    package init(
        label: String,
        level: Logger.Level = .info,
        now: @escaping @Sendable () -> Timestamp,
        write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.label = label
        self.logLevel = level
        self.now = now
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = JSONObject()
        line["time"] = .string(now().description)
        line["level"] = .string(event.level.rawValue)
        line["logger"] = .string(label)
        line["message"] = .string("\(event.message)")
        let all = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            // The fields of the line itself cannot be replaced by metadata.
            line[line[key] == nil ? key : "metadata.\(key)"] = Self.json(value)
        }
        if let error = event.error { line["error"] = .string("\(error)") }
        write(JSONValue.object(line).encoded() + [UInt8(ascii: "\n")])
    }

    private static func json(_ value: Logger.Metadata.Value) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value): .string("\(value)")
        case .array(let elements): .array(elements.map(json))
        case .dictionary(let members):
            .object(
                JSONObject(
                    members.sorted { $0.key < $1.key }.map { JSONObject.Member(key: $0.key, value: json($0.value)) }
                )
            )
        }
    }
}
