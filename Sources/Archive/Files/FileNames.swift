/// File names as texts: a name is any bytes, a text is valid UTF-8 that a terminal can show.
///
/// A backslash is `\\`, and a byte that is no part of valid UTF-8, or is a control character, is `\x` and two digits. So
/// every name has one text, and the other way around.
package enum FileNames {
    private static let backslash = UInt8(ascii: "\\")

    package static func text(_ name: [UInt8]) -> String {
        if let text = String(validating: name, as: UTF8.self),
            name.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != backslash })
        {
            return text
        }
        var text = ""
        var rest = name[...]
        while let first = rest.first {
            let length = characterLength(first)
            if first == backslash {
                text += "\\\\"
            } else if first >= 0x20, first != 0x7F,
                let character = String(validating: rest.prefix(length), as: UTF8.self)
            {
                text += character
                rest = rest.dropFirst(length)
                continue
            } else {
                text += "\\x" + Hexadecimal.encode([first])
            }
            rest = rest.dropFirst()
        }
        return text
    }

    /// The name that a text stands for; nil for a text of no name.
    package static func name(_ text: String) -> [UInt8]? {
        var name: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == backslash else {
                name.append(byte)
                continue
            }
            switch rest.popFirst() {
            case backslash: name.append(backslash)
            case UInt8(ascii: "x"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard digits.utf8.count == 2, let byte = Hexadecimal.decode(digits)?.first else { return nil }
                name.append(byte)
                rest = rest.dropFirst(2)
            default: return nil
            }
        }
        return name
    }

    private static func characterLength(_ first: UInt8) -> Int {
        switch first {
        case 0xC2..<0xE0: 2
        case 0xE0..<0xF0: 3
        case 0xF0..<0xF5: 4
        default: 1
        }
    }
}
