import Crypto
import FoundationEssentials
import KubernetesObjects
import Policies

extension RuleEvaluator {
    /// Functions that read texts of a known format; a text that is not of it gives null.
    func formatFunction(_ function: ExpressionFunction, _ arguments: [RuleValue]) -> RuleValue {
        let first = arguments[0]
        switch function {
        case .quantity:
            if first.number != nil { return first }
            guard let quantity = first.text.flatMap({ Quantity($0) }) else { return .null }
            let isWhole = quantity.thousandths % 1000 == 0
            return isWhole ? .int(quantity.thousandths / 1000) : .double(Double(quantity.thousandths) / 1000)
        case .duration:
            if case .int = first { return first }
            return RuleValue(first.text.flatMap { Self.seconds($0) })
        case .time:
            return RuleValue(first.text.flatMap { try? Timestamp(parsing: $0) }.map { Int($0.secondsSince1970) })
        case .semver: return Self.version(first.text ?? "")
        case .url: return Self.url(first.text ?? "")
        case .cidrContains:
            guard let range = first.text.flatMap({ AddressRange($0) }),
                let other = arguments[1].text.flatMap({ AddressRange($0) })
            else { return .null }
            return .bool(range.contains(other))
        case .cidrsOverlap:
            guard let range = first.text.flatMap({ AddressRange($0) }),
                let other = arguments[1].text.flatMap({ AddressRange($0) })
            else { return .null }
            return .bool(range.contains(other) || other.contains(range))
        case .json:
            guard let text = first.text, let value = try? JSONValue(parsing: Array(text.utf8)) else { return .null }
            return RuleValue(value, isSecret: first.isSecret)
        case .yaml:
            guard let text = first.text, let value = try? YAMLDocuments.parse(text, source: "").first else {
                return .null
            }
            return RuleValue(value, isSecret: first.isSecret)
        case .base64:
            guard let text = first.text, let bytes = Data(base64Encoded: text),
                let decoded = String(validating: bytes, as: UTF8.self)
            else { return .null }
            return first.isSecret ? .secret(decoded) : .string(decoded)
        default:
            guard let text = first.text else { return .null }
            let digest = SHA256.hash(data: Data(text.utf8)).map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0\(digits)" : digits
            }
            // The digest of a short secret gives it away to whoever tries all of them.
            return first.isSecret ? .secret(digest.joined()) : .string(digest.joined())
        }
    }

    /// Durations of Kubernetes and Prometheus such as `1h30m`, `15d` and `1w`; seconds.
    private static func seconds(_ text: String) -> Int? {
        if let weeks = text.hasSuffix("w") ? Int(text.dropLast()) : nil { return weeks * 604_800 }
        if let years = text.hasSuffix("y") ? Int(text.dropLast()) : nil { return years * 31_536_000 }
        return DurationText.parse(text).map { Int($0) }
    }

    /// The numbers of `v1.2.3-rc1`; tags without a minor number are no versions.
    private static func version(_ text: String) -> RuleValue {
        let plain = text.hasPrefix("v") ? text.dropFirst() : text[...]
        let core = plain.prefix { $0.isNumber || $0 == "." }
        let numbers = core.split(separator: ".").map { Int($0) }
        guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1] else { return .null }
        return .map([
            "major": .int(major), "minor": .int(minor),
            "patch": .int(numbers.count > 2 ? numbers[2] ?? 0 : 0),
            "suffix": .string(String(plain.dropFirst(core.count).drop { $0 == "-" || $0 == "+" })),
        ])
    }

    /// `https://host:port/path` in its parts.
    private static func url(_ text: String) -> RuleValue {
        guard let separator = text.firstRange(of: "://") else { return .null }
        let rest = text[separator.upperBound...]
        var authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        var (host, port) = (authority, Substring(""))
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<end]
            port = authority[authority.index(after: end)...].drop { $0 == ":" }
        } else if let colon = authority.lastIndex(of: ":") {
            (host, port) = (authority[..<colon], authority[authority.index(after: colon)...])
        }
        guard !host.isEmpty else { return .null }
        return .map([
            "scheme": .string(String(text[..<separator.lowerBound])), "host": .string(String(host)),
            "port": RuleValue(Int(port)), "path": .string(String(rest.dropFirst(authority.count))),
        ])
    }
}
