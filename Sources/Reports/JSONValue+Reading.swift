internal import KubernetesObjects

/// Reading of a report that may lack any part: a report of a drill that broke off has nulls where its results would be.
extension JSONValue {
    /// The text at a path; empty when there is none.
    func text(_ path: String...) -> String { value(at: path[...])?.string ?? "" }

    /// The whole number at a path; 0 when there is none.
    func count(_ path: String...) -> Int { value(at: path[...])?.int ?? 0 }

    /// The elements at a path; none when there is no array.
    func items(_ path: String...) -> [JSONValue] { value(at: path[...])?.array ?? [] }

    /// The texts of the array at a path.
    func texts(_ path: String...) -> [String] { (value(at: path[...])?.array ?? []).compactMap(\.string) }

    /// The value at a path; nil when it is missing or null.
    func part(_ path: String...) -> JSONValue? {
        guard let value = value(at: path[...]), !value.isNull else { return nil }
        return value
    }
}
