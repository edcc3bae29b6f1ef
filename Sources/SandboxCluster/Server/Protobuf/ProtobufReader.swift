import KubernetesObjects

/// Reads the objects that kubectl sends as protocol buffers.
///
/// A field that the schema does not know is refused: dropping it would store something else than what was sent.
struct ProtobufReader {
    private let bytes: ArraySlice<UInt8>
    private var index: Int

    /// Why a message cannot be read.
    enum Failure: Error {
        case truncated
        case unknownField(message: String, number: Int)
        case unknownKind(String)
    }

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// The object of a body: four bytes of magic, then the envelope with apiVersion, kind and the object itself.
    static func object(_ body: [UInt8]) throws(Failure) -> JSONValue {
        guard body.starts(with: [0x6B, 0x38, 0x73, 0x00]) else { throw .truncated }
        var envelope = ProtobufReader(body.dropFirst(4))
        var (apiVersion, kind): (String, String) = ("", "")
        var raw: ArraySlice<UInt8> = []
        while let (number, content) = try envelope.next() {
            guard case .bytes(let part) = content else { continue }
            if number == 1 {
                var type = ProtobufReader(part)
                while let (number, content) = try type.next() {
                    guard case .bytes(let text) = content else { continue }
                    if number == 1 { apiVersion = String(decoding: text, as: UTF8.self) }
                    if number == 2 { kind = String(decoding: text, as: UTF8.self) }
                }
            } else if number == 2 {
                raw = part
            }
        }
        guard ProtobufSchema.knows(kind) else { throw .unknownKind(kind) }
        var object = JSONObject()
        object["kind"] = .string(kind)
        object["apiVersion"] = .string(apiVersion)
        for member in try message(kind, raw).members { object[member.key] = member.value }
        return .object(object)
    }

    private enum Content {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private mutating func next() throws(Failure) -> (Int, Content)? {
        guard index < bytes.endIndex else { return nil }
        let tag = try variableLength()
        switch tag & 7 {
        case 0: return (Int(tag >> 3), .number(try variableLength()))
        case 2:
            let length = try variableLength()
            guard length <= bytes.endIndex - index else { throw .truncated }
            let part = bytes[index..<index + Int(length)]
            index += Int(length)
            return (Int(tag >> 3), .bytes(part))
        default: throw .truncated
        }
    }

    private mutating func variableLength() throws(Failure) -> UInt64 {
        var (value, shift): (UInt64, UInt64) = (0, 0)
        while index < bytes.endIndex, shift < 64 {
            let byte = bytes[index]
            index += 1
            value |= UInt64(byte & 127) << shift
            if byte < 128 { return value }
            shift += 7
        }
        throw .truncated
    }

    private static func message(_ name: String, _ bytes: ArraySlice<UInt8>) throws(Failure) -> JSONObject {
        var reader = ProtobufReader(bytes)
        var object = JSONObject()
        while let (number, content) = try reader.next() {
            guard let field = ProtobufSchema.field(name, number) else {
                throw .unknownField(message: name, number: number)
            }
            if field.name == "inline", case .bytes(let part) = content {
                for member in try message(field.type, part).members { object[member.key] = member.value }
                continue
            }
            if field.type.hasPrefix("map="), case .bytes(let part) = content {
                let (key, value) = try entry(part, String(field.type.dropFirst(4)))
                var map = object[field.name]?.object ?? JSONObject()
                map[key] = value
                object[field.name] = .object(map)
                continue
            }
            guard let value = try value(content, field) else { continue }
            object[field.name] = field.isRepeated ? .array((object[field.name]?.array ?? []) + [value]) : value
        }
        return object
    }

    /// nil for a value that is zero or empty, unless that means something.
    private static func value(_ content: Content, _ field: ProtobufSchema.Field) throws(Failure) -> JSONValue? {
        let keepsEmpty = field.isOptional || field.isRepeated
        switch (content, field.type) {
        case (_, "ignored"): return nil
        case (.number(let number), "bool"): return number != 0 || keepsEmpty ? .bool(number != 0) : nil
        case (.number(let number), _): return number != 0 || keepsEmpty ? .int(Int64(bitPattern: number)) : nil
        case (.bytes(let part), "string"), (.bytes(let part), ""):
            return part.isEmpty && !keepsEmpty ? nil : .string(String(decoding: part, as: UTF8.self))
        case (.bytes(let part), "bytes"): return .string(Base64.encode(Array(part)))
        case (.bytes(let part), "quantity"): return .string(try text(part, field: 1))
        case (.bytes(let part), "time"):
            guard let seconds = try numbers(part)[1], seconds > 0 else { return nil }
            return .string(Timestamp(secondsSince1970: Int64(bitPattern: seconds)).description)
        case (.bytes(let part), "intOrString"):
            let numbers = try numbers(part)
            if numbers[1] == 1 { return .string(try text(part, field: 3)) }
            return .int(Int64(bitPattern: numbers[2] ?? 0))
        case (.bytes(let part), _):
            let object = try message(field.type, part)
            return object.isEmpty && !keepsEmpty ? nil : .object(object)
        }
    }

    private static func entry(_ bytes: ArraySlice<UInt8>, _ type: String) throws(Failure) -> (String, JSONValue) {
        var reader = ProtobufReader(bytes)
        var key = ""
        var value: JSONValue = .string("")
        let field = ProtobufSchema.Field(name: "", type: type, isRepeated: false, isOptional: true)
        while let (number, content) = try reader.next() {
            if number == 1, case .bytes(let part) = content { key = String(decoding: part, as: UTF8.self) }
            if number == 2 { value = try self.value(content, field) ?? value }
        }
        return (key, value)
    }

    private static func text(_ bytes: ArraySlice<UInt8>, field: Int) throws(Failure) -> String {
        var reader = ProtobufReader(bytes)
        while let (number, content) = try reader.next() {
            if number == field, case .bytes(let part) = content { return String(decoding: part, as: UTF8.self) }
        }
        return ""
    }

    private static func numbers(_ bytes: ArraySlice<UInt8>) throws(Failure) -> [Int: UInt64] {
        var reader = ProtobufReader(bytes)
        var numbers: [Int: UInt64] = [:]
        while let (number, content) = try reader.next() {
            if case .number(let value) = content { numbers[number] = value }
        }
        return numbers
    }
}
