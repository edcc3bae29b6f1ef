/// The members of a JSON object in the order in which they came, with keys of which no two have the same bytes.
package struct JSONObject: Sendable {
    package struct Member: Sendable {
        package let key: String
        package var value: JSONValue

        package init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    package private(set) var members: [Member] = []

    package init() {}

    /// Takes members as they are; the caller answers for their keys being unique.
    package init(_ members: [Member]) { self.members = members }

    package var isEmpty: Bool { members.isEmpty }
    package var count: Int { members.count }
    package var keys: [String] { members.map(\.key) }

    /// The value of a key. Setting nil removes the member; a new key goes to the end.
    package subscript(key: String) -> JSONValue? {
        get { index(of: key).map { members[$0].value } }
        set {
            switch (index(of: key), newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    private func index(of key: String) -> Int? { members.firstIndex { $0.key.hasBytes(of: key) } }
}

extension JSONObject: Equatable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        // Most equal objects have the same order; a map is made only when they have not.
        if zip(left.members, right.members).allSatisfy({ $0.key.hasBytes(of: $1.key) && $0.value == $1.value }) {
            return true
        }
        let map = Dictionary(
            right.members.map { (ExactText($0.key), $0.value) },
            uniquingKeysWith: { first, _ in first }
        )
        return left.members.allSatisfy { map[ExactText($0.key)] == $0.value }
    }
}
