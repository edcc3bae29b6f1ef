/// A resource quantity such as `500m` or `1.5Gi`, in thousandths; rounded up like the API server does.
package struct Quantity: Comparable, Sendable {
    package let thousandths: Int

    package init(thousandths: Int) { self.thousandths = thousandths }

    package init?(_ text: String) {
        let suffixes: [(String, Double)] = [
            ("Ki", 1024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776),
            ("Pi", 1_125_899_906_842_624), ("Ei", 1_152_921_504_606_846_976),
            ("n", 1e-9), ("u", 1e-6), ("m", 1e-3), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15),
            ("E", 1e18),
        ]
        var number = Substring(text)
        var factor = 1.0
        if let (suffix, value) = suffixes.first(where: { text.hasSuffix($0.0) }) {
            number = text.dropLast(suffix.count)
            factor = value
        }
        let isPlain = number.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
        guard isPlain, let value = Double(number) else { return nil }
        let scaled = (value * factor * 1000).rounded(.up)
        // Beyond the largest Int, the quantity is as good as infinite.
        thousandths = scaled >= 9e18 ? Int.max : scaled <= -9e18 ? Int.min : Int(scaled)
    }

    package static func < (left: Quantity, right: Quantity) -> Bool { left.thousandths < right.thousandths }
    package static func + (left: Quantity, right: Quantity) -> Quantity {
        let (sum, overflow) = left.thousandths.addingReportingOverflow(right.thousandths)
        return Quantity(thousandths: overflow ? Int.max : sum)
    }

    /// The quantity as a text: whole numbers plainly, with binary suffixes where they fit, others in thousandths.
    package var text: String {
        guard thousandths % 1000 == 0 else { return "\(thousandths)m" }
        let whole = thousandths / 1000
        for (suffix, power) in [("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)] where whole != 0 {
            if whole % (1 << power) == 0 { return "\(whole >> power)\(suffix)" }
        }
        return "\(whole)"
    }
}
