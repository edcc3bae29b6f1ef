/// An element of an XML answer: what S3 and STS send, without attributes.
struct XMLElement: Equatable {
    let name: String
    var text = ""
    var children: [XMLElement] = []

    /// The text of the first child of that name.
    subscript(_ name: String) -> String? { child(name)?.text }

    func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }
}

/// Reads small XML documents strictly and within bounds: no document types, so no entities but the five and the numbers; no more
/// than 64 levels, `maximumElements` elements and `maximumBytes` bytes.
struct XMLReader {
    static let maximumBytes = 16 << 20
    static let maximumElements = 100_000
    private static let maximumDepth = 64

    private let bytes: [UInt8]
    private var position = 0
    private var elements = 0

    /// The root element; nil when the bytes are no such document.
    static func read(_ bytes: [UInt8]) -> XMLElement? {
        guard bytes.count <= maximumBytes else { return nil }
        var reader = XMLReader(bytes: bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        guard reader.skipOutside(), let root = reader.element(), reader.skipOutside(),
            reader.position == bytes.count
        else { return nil }
        return root
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads an element and what is in it, without recursion.
    private mutating func element() -> XMLElement? {
        var open: [XMLElement] = []
        var texts: [[UInt8]] = []
        while true {
            if !open.isEmpty, let text = text() { texts[texts.count - 1] += text } else if !open.isEmpty { return nil }
            if open.isEmpty || !starts("</") {
                if starts("<!--") {
                    guard skip(past: "-->") else { return nil }
                    continue
                }
                if starts("<?") {
                    guard skip(past: "?>") else { return nil }
                    continue
                }
                guard let (name, isEmpty) = openingTag() else { return nil }
                elements += 1
                guard elements <= Self.maximumElements, open.count < Self.maximumDepth else { return nil }
                open.append(XMLElement(name: name))
                texts.append([])
                guard isEmpty else { continue }
            } else {
                guard closingTag() == open[open.count - 1].name else { return nil }
            }
            guard var done = open.popLast(), let text = texts.popLast(),
                let decoded = String(validating: text, as: UTF8.self)
            else { return nil }
            if done.children.isEmpty { done.text = decoded }
            guard !open.isEmpty else { return done }
            open[open.count - 1].children.append(done)
        }
    }

    /// Text up to the next tag, with its entities replaced.
    private mutating func text() -> [UInt8]? {
        var result: [UInt8] = []
        while position < bytes.count, bytes[position] != 0x3C {
            if bytes[position] == 0x26 {
                guard let entity = entity() else { return nil }
                result += entity
            } else {
                result.append(bytes[position])
                position += 1
            }
        }
        return position < bytes.count ? result : nil
    }

    private mutating func entity() -> [UInt8]? {
        let rest = bytes[(position + 1)...].prefix(10)
        guard let end = rest.firstIndex(of: 0x3B) else { return nil }
        let name = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
        position = end + 1
        switch name {
        case "amp": return [0x26]
        case "lt": return [0x3C]
        case "gt": return [0x3E]
        case "quot": return [0x22]
        case "apos": return [0x27]
        default:
            guard name.hasPrefix("#") else { return nil }
            let digits = name.dropFirst()
            let number = digits.first == "x" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            guard let scalar = number.flatMap({ Unicode.Scalar($0) }) else { return nil }
            return Array(String(Character(scalar)).utf8)
        }
    }

    private mutating func openingTag() -> (name: String, isEmpty: Bool)? {
        guard starts("<"), !starts("<!") else { return nil }
        position += 1
        guard let name = name() else { return nil }
        var quote: UInt8?
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch (quote, byte) {
            case (let open?, _): if byte == open { quote = nil }
            case (nil, 0x22), (nil, 0x27): quote = byte
            case (nil, 0x3C): return nil
            case (nil, 0x3E): return (name, bytes[position - 2] == 0x2F)
            default: break
            }
        }
        return nil
    }

    private mutating func closingTag() -> String? {
        position += 2
        guard let name = name() else { return nil }
        skipSpace()
        guard starts(">") else { return nil }
        position += 1
        return name
    }

    private mutating func name() -> String? {
        let start = position
        while position < bytes.count, !Self.endsName(bytes[position]) { position += 1 }
        return position > start ? String(validating: bytes[start..<position], as: UTF8.self) : nil
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        byte <= 0x20 || [0x2F, 0x3C, 0x3E, 0x22, 0x27, 0x3D].contains(byte)
    }

    /// What may stand before and after the root element.
    private mutating func skipOutside() -> Bool {
        while true {
            skipSpace()
            if starts("<?") {
                guard skip(past: "?>") else { return false }
            } else if starts("<!--") {
                guard skip(past: "-->") else { return false }
            } else {
                return true
            }
        }
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private mutating func skip(past mark: String) -> Bool {
        while position < bytes.count {
            if starts(mark) {
                position += mark.utf8.count
                return true
            }
            position += 1
        }
        return false
    }

    private func starts(_ mark: String) -> Bool { bytes[position...].starts(with: mark.utf8) }
}
