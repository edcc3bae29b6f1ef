import KubernetesObjects

/// The rules of object names, by kind.
enum NameRules {
    private static let labelText = """
        a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end \
        with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
        '[a-z0-9]([-a-z0-9]*[a-z0-9])?')
        """
    private static let serviceText = """
        a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, \
        and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is \
        '[a-z]([-a-z0-9]*[a-z0-9])?')
        """
    private static let subdomainText = """
        a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start \
        and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
        '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
        """

    /// Why a name is not valid for a resource; nil when it is.
    static func problem(_ name: String, resource: GroupResource) -> String? {
        switch resource {
        case .namespaces: return isLabel(name) ? length(name, 63) : labelText
        case .services:
            return isLabel(name) && !startsWithDigit(name) ? length(name, 63) : serviceText
        case _ where resource.group == "rbac.authorization.k8s.io":
            if name == "." || name == ".." { return "may not be '\(name)'" }
            if name.contains("/") { return "may not contain '/'" }
            return name.contains("%") ? "may not contain '%'" : nil
        default: return isSubdomain(name) ? length(name, 253) : subdomainText
        }
    }

    static func isLabel(_ name: String) -> Bool {
        guard let first = name.utf8.first, let last = name.utf8.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && name.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2D }
    }

    static func isSubdomain(_ name: String) -> Bool {
        !name.isEmpty && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel(String($0)) }
    }

    /// Whether a text is a label's or annotation's key: an optional DNS prefix and a name of at most 63 characters.
    static func isQualifiedName(_ key: String) -> Bool {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let name = parts.last, (1...63).contains(name.utf8.count) else { return false }
        if parts.count == 2, !isSubdomain(parts[0]) { return false }
        return isLabelText(name)
    }

    /// Whether a text can be a label's value.
    static func isLabelValue(_ value: String) -> Bool {
        value.isEmpty || (value.utf8.count <= 63 && isLabelText(value))
    }

    private static func isLabelText(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        func isLetter(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || (0x41...0x5A).contains(byte) }
        return isLetter(first) && isLetter(last)
            && text.utf8.allSatisfy { isLetter($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }

    private static func startsWithDigit(_ name: String) -> Bool {
        name.utf8.first.map { (0x30...0x39).contains($0) } ?? false
    }

    private static func length(_ name: String, _ limit: Int) -> String? {
        name.utf8.count <= limit ? nil : "must be no more than \(limit) characters"
    }
}
