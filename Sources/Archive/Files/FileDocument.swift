package import KubernetesObjects

/// A file, a folder or a symbolic link as an object of a snapshot: everything but its name and its contents.
package struct FileDocument: Equatable, Sendable {
    package enum Kind: String, Sendable {
        case file, directory, symlink
    }

    package static let resource = StoredResource(
        group: "files.lifeboat.dr",
        version: "v1",
        resource: "files",
        kind: "File",
        isNamespaced: true
    )
    /// The name of the topmost folder itself; its folder is empty, as that of everything in it.
    package static let rootName = "."
    /// Contents up to this size are kept in the document: a chunk and a list would take more.
    package static let inlineLimit = 512

    package var kind: Kind
    /// The permissions with setuid, setgid and sticky bits.
    package var mode: UInt32
    package var owner: UInt32
    package var group: UInt32
    package var modified: FileTime
    package var size = 0
    /// What a symbolic link points to.
    package var target: [UInt8] = []
    /// The contents of a small file.
    package var content: [UInt8]?
    package var attributes = ExtendedAttributes()
    /// Of a file with several names, what they have in common: the numbers of its device and its inode.
    package var hardLink: String?

    package init(kind: Kind, mode: UInt32, owner: UInt32, group: UInt32, modified: FileTime) {
        self.kind = kind
        self.mode = mode
        self.owner = owner
        self.group = group
        self.modified = modified
    }

    /// The canonical form of the object, written as it is: there are as many as there are files.
    package func canonical(folder: String, name: String) -> [UInt8] {
        var bytes = Self.beginning
        JSONString.encode(name.utf8, into: &bytes)
        bytes += #","namespace":"#.utf8
        JSONString.encode(folder.utf8, into: &bytes)
        bytes += #"},"spec":{"#.utf8
        // In the order of the names.
        if let content { bytes += "\"content\":\"\(Base64.encode(content))\",".utf8 }
        bytes += "\"gid\":\(group),".utf8
        if let hardLink {
            bytes += #""hardLink":"#.utf8
            JSONString.encode(hardLink.utf8, into: &bytes)
            bytes.append(UInt8(ascii: ","))
        }
        bytes += "\"mode\":\"0\(String(mode, radix: 8))\",\"modified\":\"\(modified)\",".utf8
        if kind == .file { bytes += "\"size\":\(size),".utf8 }
        if kind == .symlink {
            bytes += #""target":"#.utf8
            JSONString.encode(FileNames.text(target).utf8, into: &bytes)
            bytes.append(UInt8(ascii: ","))
        }
        bytes += "\"type\":\"\(kind.rawValue)\",\"uid\":\(owner)".utf8
        if !attributes.isEmpty {
            bytes += #","xattrs":"#.utf8
            bytes += attributes.json.encoded(sortedKeys: true)
        }
        bytes += "}}".utf8
        return bytes
    }

    private static let beginning = Array(
        "{\"apiVersion\":\"\(resource.groupVersionKind.apiVersion)\",\"kind\":\"\(resource.kind)\",\"metadata\":{\"name\":"
            .utf8
    )

    /// Reads what `canonical` wrote.
    package init(parsing bytes: [UInt8]) throws(LifeboatError) {
        let spec = (try? JSONValue(parsing: bytes))?["spec"]
        guard let kind = (spec?["type"]?.string).flatMap(Kind.init), let modeText = spec?["mode"]?.string,
            let mode = UInt32(modeText, radix: 8), mode <= 0o7777,
            let owner = (spec?["uid"]?.int).flatMap(UInt32.init(exactly:)),
            let group = (spec?["gid"]?.int).flatMap(UInt32.init(exactly:)),
            let modified = (spec?["modified"]?.string).flatMap(FileTime.init)
        else { throw LifeboatError(.malformedJSON, "an object of the snapshot does not describe a file") }
        self.init(kind: kind, mode: mode, owner: owner, group: group, modified: modified)
        size = spec?["size"]?.int ?? 0
        if kind == .symlink {
            guard let target = (spec?["target"]?.string).flatMap(FileNames.name), !target.isEmpty, !target.contains(0)
            else { throw LifeboatError(.malformedJSON, "a symbolic link of the snapshot has no target") }
            self.target = target
        }
        if let xattrs = spec?["xattrs"] {
            guard let attributes = ExtendedAttributes(xattrs) else {
                throw LifeboatError(.malformedJSON, "a file of the snapshot has attributes that are none")
            }
            self.attributes = attributes
        }
        hardLink = spec?["hardLink"]?.string
        content = (spec?["content"]?.string).flatMap { Base64.decode($0) }
        guard size >= 0, content.map({ $0.count == size }) ?? true else {
            throw LifeboatError(.malformedJSON, "a file of the snapshot has not the size that it says")
        }
    }
}

/// When a file was written to: seconds since 1970 and nanoseconds.
package struct FileTime: Equatable, Comparable, Sendable, CustomStringConvertible {
    package let seconds: Int
    package let nanoseconds: Int

    package init(seconds: Int, nanoseconds: Int) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let seconds = Int(parts[0]), parts[1].utf8.count == 9, let nanoseconds = Int(parts[1]),
            nanoseconds >= 0
        else { return nil }
        self.init(seconds: seconds, nanoseconds: nanoseconds)
    }

    /// `1800000000.000000001`
    package var description: String { "\(seconds).\(String(nanoseconds + 1_000_000_000).dropFirst())" }

    package static func < (left: FileTime, right: FileTime) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}
