/// The public operation of RSA on whole numbers, for sealing; nothing secret is raised to a power here.
enum ModularPower {
    /// `base` to the power of `exponent` modulo `modulus`, all big-endian and as long as the modulus; nil when the base is not
    /// below the modulus.
    static func compute(_ base: [UInt8], exponent: [UInt8], modulus: [UInt8]) -> [UInt8]? {
        let length = modulus.count
        let (base, modulus) = (limbs(base), limbs(modulus))
        guard modulus.contains(where: { $0 != 0 }), isLess(base, modulus) else { return nil }
        var result: [UInt32] = [1]
        for byte in exponent {
            for bit in (0..<8).reversed() {
                result = remainder(product(result, result), modulus)
                if byte >> bit & 1 == 1 { result = remainder(product(result, base), modulus) }
            }
        }
        return bytes(result, count: length)
    }

    /// Least significant first, without leading zeros.
    private static func limbs(_ bytes: [UInt8]) -> [UInt32] {
        var limbs = [UInt32](repeating: 0, count: (bytes.count + 3) / 4)
        for (index, byte) in bytes.reversed().enumerated() { limbs[index / 4] |= UInt32(byte) << (index % 4 * 8) }
        return trimmed(limbs)
    }

    private static func bytes(_ limbs: [UInt32], count: Int) -> [UInt8] {
        (0..<count).reversed()
            .map { $0 / 4 < limbs.count ? UInt8(truncatingIfNeeded: limbs[$0 / 4] >> ($0 % 4 * 8)) : 0 }
    }

    private static func trimmed(_ limbs: [UInt32]) -> [UInt32] {
        Array(limbs[..<((limbs.lastIndex { $0 != 0 } ?? -1) + 1)])
    }

    private static func isLess(_ left: [UInt32], _ right: [UInt32]) -> Bool {
        if left.count != right.count { return left.count < right.count }
        for index in left.indices.reversed() where left[index] != right[index] { return left[index] < right[index] }
        return false
    }

    private static func product(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var result = [UInt32](repeating: 0, count: left.count + right.count)
        for (i, a) in left.enumerated() {
            var carry: UInt64 = 0
            for (j, b) in right.enumerated() {
                let sum = UInt64(a) * UInt64(b) + UInt64(result[i + j]) + carry
                result[i + j] = UInt32(truncatingIfNeeded: sum)
                carry = sum >> 32
            }
            result[i + right.count] = UInt32(truncatingIfNeeded: carry)
        }
        return trimmed(result)
    }

    /// Long division by limbs (Knuth, The Art of Computer Programming, volume 2, algorithm D).
    private static func remainder(_ dividend: [UInt32], _ divisor: [UInt32]) -> [UInt32] {
        guard !isLess(dividend, divisor), let top = divisor.last else { return dividend }
        if divisor.count == 1 {
            let rest = dividend.reversed().reduce(UInt64(0)) { (($0 << 32) | UInt64($1)) % UInt64(top) }
            return trimmed([UInt32(truncatingIfNeeded: rest)])
        }
        let shift = UInt32(top.leadingZeroBitCount)
        let v = shifted(divisor, left: shift, count: divisor.count)
        var u = shifted(dividend, left: shift, count: dividend.count + 1)
        let n = v.count
        for j in (0...(u.count - n - 1)).reversed() {
            let numerator = UInt64(u[j + n]) << 32 | UInt64(u[j + n - 1])
            var quotient = min(numerator / UInt64(v[n - 1]), UInt64(UInt32.max))
            var rest = numerator - quotient * UInt64(v[n - 1])
            while rest <= UInt64(UInt32.max), quotient * UInt64(v[n - 2]) > rest << 32 | UInt64(u[j + n - 2]) {
                quotient -= 1
                rest += UInt64(v[n - 1])
            }
            var (borrow, carry): (Int64, UInt64) = (0, 0)
            for i in 0..<n {
                let part = quotient * UInt64(v[i]) + carry
                carry = part >> 32
                let difference = Int64(u[i + j]) - borrow - Int64(part & 0xFFFF_FFFF)
                u[i + j] = UInt32(truncatingIfNeeded: difference)
                borrow = difference < 0 ? 1 : 0
            }
            let difference = Int64(u[j + n]) - borrow - Int64(carry)
            u[j + n] = UInt32(truncatingIfNeeded: difference)
            guard difference < 0 else { continue }
            var overflow: UInt64 = 0
            for i in 0..<n {
                let sum = UInt64(u[i + j]) + UInt64(v[i]) + overflow
                u[i + j] = UInt32(truncatingIfNeeded: sum)
                overflow = sum >> 32
            }
            u[j + n] = UInt32(truncatingIfNeeded: UInt64(u[j + n]) + overflow)
        }
        var result = Array(u[..<n])
        if shift > 0 {
            for index in 0..<n {
                let high = index + 1 < n ? result[index + 1] << (32 - shift) : 0
                result[index] = result[index] >> shift | high
            }
        }
        return trimmed(result)
    }

    private static func shifted(_ limbs: [UInt32], left shift: UInt32, count: Int) -> [UInt32] {
        var result = [UInt32](repeating: 0, count: count)
        for index in 0..<count {
            let low = index > 0 && index - 1 < limbs.count && shift > 0 ? limbs[index - 1] >> (32 - shift) : 0
            result[index] = (index < limbs.count ? limbs[index] << shift : 0) | low
        }
        return result
    }
}
